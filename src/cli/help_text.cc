#include "cli/help_text.h"

#include <algorithm>

#include "cli/terminal.h"

namespace tranship::cli {
namespace {

class HelpWriter {
 public:
  explicit HelpWriter(const HelpStyle& style) : style_(style), columns_(std::clamp(style.columns, 40, 100)) {}

  std::string tell(std::string_view key) const { return message(style_.language, key); }

  void heading(std::string_view key) {
    if (!out_.empty()) out_ += '\n';
    out_ += style_.colour ? "\x1b[1m" + tell(key) + "\x1b[0m" : tell(key);
    out_ += '\n';
  }
  void text(std::string_view text, int indent) {
    for (const std::string& line : wrap(text, columns_ - indent)) {
      if (!line.empty()) out_ += std::string(static_cast<std::size_t>(indent), ' ') + line;
      out_ += '\n';
    }
  }
  // Never wrapped: what is to be copied into a shell.
  void literal(std::string_view text, int indent) {
    out_ += std::string(static_cast<std::size_t>(indent), ' ') + std::string(text) + '\n';
  }
  // "  term      explanation", the explanation in its own column.
  void item(std::string_view term, std::string_view explanation, int term_columns) {
    const std::string head = "  " + pad(term, term_columns) + "  ";
    const int indent = display_width(head);
    auto lines = wrap(explanation, columns_ - std::min(indent, term_columns + 4));
    if (indent > term_columns + 4) {
      out_ += "  " + std::string(term) + '\n';
    } else {
      out_ += head + lines.front() + '\n';
      lines.erase(lines.begin());
    }
    for (const std::string& line : lines) {
      out_ += std::string(static_cast<std::size_t>(term_columns) + 4, ' ') + line + '\n';
    }
  }
  std::string take() { return std::move(out_); }

 private:
  HelpStyle style_;
  int columns_;
  std::string out_;
};

std::string term_of(const Option& option) {
  if (option.positional()) return option.names;
  std::string term;
  for (const std::string& name : option.name_list()) term += (term.empty() ? "" : ", ") + name;
  if (!option.flag()) term += " " + option.value;
  return term;
}

std::string explanation_of(const Option& option, const HelpWriter& writer, Language language) {
  std::string text = writer.tell(option.help);
  if (!option.values_allowed.empty()) {
    std::string values;
    for (const std::string& value : option.values_allowed) values += (values.empty() ? "" : ", ") + value;
    text += " (" + values + ")";
  }
  const auto* value = std::get_if<std::string*>(&option.target);
  if (value != nullptr && !(*value)->empty()) text += " " + message(language, "help.default", **value);
  const auto* number = std::get_if<std::int64_t*>(&option.target);
  if (number != nullptr && **number != 0) text += " " + message(language, "help.default", **number);
  if (option.many() && !option.positional()) text += " " + message(language, "help.repeatable");
  if (!option.environment_variable.empty()) {
    text += " " + message(language, "help.from_environment", option.environment_variable);
  }
  return text;
}

void write_options(HelpWriter& writer, std::string_view heading, const Options& options, bool positional,
                   Language language) {
  const auto wanted = [&](const Option& option) { return option.positional() == positional; };
  if (std::none_of(options.list().begin(), options.list().end(), wanted)) return;
  writer.heading(heading);
  for (const Option& option : options.list()) {
    if (wanted(option)) writer.item(term_of(option), explanation_of(option, writer, language), 26);
  }
}

std::string usage_of(const CatalogEntry& entry) {
  std::string usage = "tranship " + entry.name();
  for (const Option& option : entry.options.list()) {
    if (!option.positional() && option.is_required) {
      usage += " " + option.name_list().front() + (option.flag() ? "" : " " + option.value);
    }
  }
  usage += " [OPTIONS]";
  for (const Option& option : entry.options.list()) {
    if (!option.positional()) continue;
    const std::string name = option.names + (option.many() ? "..." : "");
    usage += option.is_required ? " " + name : " [" + name + "]";
  }
  return usage;
}

void write_exit_codes(HelpWriter& writer) {
  writer.heading("help.exit_codes");
  for (const int code : {kExitSuccess, kExitFailed, kExitUsage, kExitPartial, kExitBlocked, kExitDenied,
                         kExitInterrupted}) {
    writer.item(std::to_string(code), writer.tell("exit." + std::to_string(code)), 4);
  }
}

}  // namespace

std::string command_help(const CatalogEntry& entry, const HelpStyle& style) {
  const CommandHelp help = entry.command->help();
  HelpWriter writer(style);
  writer.text("tranship " + entry.name() + " - " + writer.tell(help.summary), 0);
  writer.heading("help.usage");
  writer.literal(usage_of(entry), 2);
  if (!help.description.empty()) {
    writer.heading("help.description");
    writer.text(writer.tell(help.description), 2);
  }
  write_options(writer, "help.arguments", entry.options, true, style.language);
  write_options(writer, "help.options", entry.options, false, style.language);
  CommonOptions common_values;
  Options common;
  common_values.add_to(common);
  write_options(writer, "help.common_options", common, false, style.language);
  if (!help.examples.empty()) {
    writer.heading("help.examples");
    for (const Example& example : help.examples) {
      writer.text(writer.tell(example.comment), 2);
      writer.literal(example.command, 4);
    }
  }
  if (!help.environment.empty()) {
    writer.heading("help.environment");
    for (const auto& variable : help.environment) writer.item(variable.name, writer.tell(variable.help), 26);
  }
  write_exit_codes(writer);
  return writer.take();
}

std::string group_help(Catalog& catalog, std::string_view group, const HelpStyle& style) {
  HelpWriter writer(style);
  const std::string name = group.empty() ? "tranship" : "tranship " + std::string(group);
  const std::string key = group.empty() ? "group" : "group." + std::string(group);
  writer.text(name + " - " + writer.tell(key), 0);
  writer.heading("help.usage");
  writer.literal(name + " COMMAND [OPTIONS]", 2);
  writer.heading("help.commands");
  for (const std::string& word : catalog.words_after(group)) {
    const std::string longer = group.empty() ? word : std::string(group) + " " + word;
    const CatalogEntry* entry = catalog.find(longer);
    writer.item(word, writer.tell(entry ? entry->command->help().summary : "group." + longer), 16);
  }
  CommonOptions common_values;
  Options common;
  common_values.add_to(common);
  write_options(writer, "help.common_options", common, false, style.language);
  write_exit_codes(writer);
  writer.heading("help.more");
  writer.literal(name + " COMMAND --help", 2);
  return writer.take();
}

}  // namespace tranship::cli
