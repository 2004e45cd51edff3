#include "cli/parse.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tranship::cli {
namespace {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t at = 0; at < row.size(); ++at) row[at] = at;
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] != right[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view given, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, given.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(given, candidate);
    if (distance < best_distance) best = candidate, best_distance = distance;
  }
  return best;
}

Error usage_error(Language language, const std::string& words, std::string what, const std::string& suggestion = {}) {
  std::string fix = suggestion.empty() ? "" : message(language, "usage.suggestion", suggestion) + " ";
  fix += message(language, "usage.see_help", words.empty() ? "" : " " + words);
  return Error(Fault::invalid, std::move(what)).with_fix(std::move(fix)).with_code("usage");
}

bool takes_value(const Options& options, const std::string& name) {
  for (const Option& option : options.list()) {
    const auto names = option.name_list();
    if (!option.flag() && std::find(names.begin(), names.end(), name) != names.end()) return true;
  }
  return false;
}

// Takes the command's words out of the arguments; what is left are its options and positional arguments.
Result<std::string> take_words(Catalog& catalog, std::vector<std::string>& arguments, const Options& common,
                               Language language) {
  const auto groups = catalog.groups();
  std::string words;
  std::size_t at = 0;
  while (at < arguments.size() && catalog.find(words) == nullptr) {
    const std::string& argument = arguments[at];
    if (argument == "--") break;
    if (argument.starts_with('-')) {
      at += takes_value(common, argument) ? 2 : 1;
      continue;
    }
    const std::string longer = words.empty() ? argument : words + " " + argument;
    if (words.empty() && argument == "help") {
      arguments.push_back("--help");
    } else if (catalog.find(longer) != nullptr || groups.contains(longer)) {
      words = longer;
    } else {
      return fail(usage_error(language, words, message(language, "usage.unknown_command", longer),
                              nearest(argument, catalog.words_after(words))));
    }
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return words;
}

void declare(CLI::App& app, const Option& option) {
  CLI::Option* made = nullptr;
  if (const auto* flag = std::get_if<bool*>(&option.target)) made = app.add_flag(option.names, **flag);
  if (const auto* text = std::get_if<std::string*>(&option.target)) made = app.add_option(option.names, **text);
  if (const auto* number = std::get_if<std::int64_t*>(&option.target)) {
    made = app.add_option(option.names, **number);
  }
  if (const auto* list = std::get_if<std::vector<std::string>*>(&option.target)) {
    made = app.add_option(option.names, **list);
    if (!option.positional()) made->allow_extra_args(false)->take_all();
  }
  if (option.is_required) made->required();
  if (!option.values_allowed.empty()) made->check(CLI::IsMember(option.values_allowed));
  if (!option.environment_variable.empty()) made->envname(option.environment_variable);
}

// The first argument that looks like an option no one declared.
std::string unknown_option(const std::vector<std::string>& extras) {
  const auto found = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
    return extra.size() > 1 && extra[0] == '-';
  });
  return found == extras.end() ? "" : found->substr(0, found->find('='));
}

std::vector<std::string> option_names(const Options& own, const Options& common) {
  std::vector<std::string> names;
  for (const Options* options : {&own, &common}) {
    for (const Option& option : options->list()) {
      for (auto& name : option.name_list()) {
        if (name.starts_with("--")) names.push_back(std::move(name));
      }
    }
  }
  return names;
}

}  // namespace

Language language_of(const std::vector<std::string>& arguments) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    std::string_view value = arguments[at];
    if (value == "--language" && at + 1 < arguments.size()) {
      value = arguments[at + 1];
    } else if (value.starts_with("--language=")) {
      value.remove_prefix(11);
    } else {
      continue;
    }
    if (const auto language = parse_language(value)) return *language;
  }
  return language_of_environment();
}

Result<ParsedLine> parse_line(Catalog& catalog, std::vector<std::string> arguments, Language language) {
  ParsedLine line;
  Options common;
  line.common.add_to(common);
  line.words = TRY(take_words(catalog, arguments, common, language));
  line.entry = catalog.find(line.words);

  const auto asks = [&](std::initializer_list<std::string_view> names) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find_first_of(arguments.begin(), end, names.begin(), names.end()) != end;
  };
  line.common.help = asks({"--help", "-h"});
  line.common.version = asks({"--version"}) && line.words.empty();
  if (line.common.help || line.common.version) return line;

  CLI::App app;
  app.set_help_flag();
  const Options none;
  const Options& own = line.entry ? line.entry->options : none;
  for (const Option& option : own.list()) declare(app, option);
  for (const Option& option : common.list()) declare(app, option);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = app.remaining();
    const std::string option = unknown_option(extras);
    if (!option.empty()) {
      return fail(usage_error(language, line.words, message(language, "usage.unknown_option", option),
                              nearest(option, option_names(own, common))));
    }
    return fail(usage_error(language, line.words,
                            message(language, "usage.extra_argument", extras.empty() ? "" : extras[0])));
  } catch (const CLI::RequiredError&) {
    for (const Option& option : own.list()) {
      const auto* made = app.get_option_no_throw(option.name_list().front());
      if (!option.is_required || made == nullptr || made->count() > 0) continue;
      return fail(usage_error(language, line.words, message(language, "usage.required", option.name_list().front())));
    }
    return fail(usage_error(language, line.words, message(language, "usage.required", "")));
  } catch (const CLI::Error& error) {
    return fail(usage_error(language, line.words, error.what()));
  }
  return line;
}

}  // namespace tranship::cli
