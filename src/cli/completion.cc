#include "cli/completion.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace tranship::cli {
namespace {

// Between single quotes of a shell.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char character : text) {
    if (character == '\'') {
      out += "'\\''";
    } else {
      out += character;
    }
  }
  return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Each visible command's options and the common ones.
std::vector<const Option*> options_of(const CatalogEntry& entry, const Options& common) {
  std::vector<const Option*> list;
  for (const Options* options : {&entry.options, &common}) {
    for (const Option& option : options->list()) list.push_back(&option);
  }
  return list;
}

std::string bash_values(const Option& option) {
  if (!option.values_allowed.empty()) {
    return "COMPREPLY=($(compgen -W '" + joined(option.values_allowed) + "' -- \"$cur\"))";
  }
  // Names of files get their slash, and quotes where they need them; zsh does that by itself.
  constexpr const char* kNames = "compopt -o filenames 2>/dev/null; ";
  if (option.completes == Option::Completes::file) return kNames + std::string("COMPREPLY=($(compgen -f -- \"$cur\"))");
  if (option.completes == Option::Completes::directory) {
    return kNames + std::string("COMPREPLY=($(compgen -d -- \"$cur\"))");
  }
  return "COMPREPLY=()";
}

std::string bash_command(const CatalogEntry& entry, const Options& common) {
  std::string flags, values, positional;
  for (const Option* option : options_of(entry, common)) {
    if (option->positional()) {
      if (positional.empty()) positional = bash_values(*option);
      continue;
    }
    std::string pattern;
    for (const std::string& name : option->name_list()) {
      flags += (flags.empty() ? "" : " ") + name;
      pattern += (pattern.empty() ? "" : "|") + name;
    }
    if (!option->flag()) values += "        " + pattern + ") " + bash_values(*option) + "; return;;\n";
  }
  return "    " + quoted(entry.name()) + ")\n      case \"$prev\" in\n" + values +
         "      esac\n      if [[ \"$cur\" == -* ]]; then COMPREPLY=($(compgen -W '" + flags +
         "' -- \"$cur\")); return; fi\n" + (positional.empty() ? "" : "      " + positional + "\n") + "      ;;\n";
}

std::string bash_script(const Catalog& catalog, const Options& common) {
  std::string cases;
  std::set<std::string> groups = catalog.groups();
  groups.insert("");
  for (const std::string& group : groups) {
    cases += "    " + quoted(group) + ") COMPREPLY=($(compgen -W '" + joined(catalog.words_after(group)) +
             " --help' -- \"$cur\"));;\n";
  }
  std::string names;
  for (const std::string& group : groups) {
    if (!group.empty()) names += (names.empty() ? "" : "|") + quoted(group);
  }
  for (const CatalogEntry& entry : catalog.entries) {
    if (entry.command->hidden()) continue;
    names += (names.empty() ? "" : "|") + quoted(entry.name());
    cases += bash_command(entry, common);
  }
  return "# bash completion of tranship\n"
         "_tranship() {\n"
         "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" words='' word longer i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=\"${COMP_WORDS[i]}\"; [[ \"$word\" == -* ]] && continue\n"
         "    longer=\"${words:+$words }$word\"\n"
         "    case \"$longer\" in " + names + ") words=\"$longer\";; esac\n"
         "  done\n"
         "  case \"$words\" in\n" + cases + "  esac\n"
         "}\n"
         "complete -F _tranship tranship";
}

std::set<std::string> words_of(const CatalogEntry& entry) {
  std::set<std::string> words;
  std::string rest = entry.name();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    words.insert(rest.substr(0, end));
    rest.erase(0, std::min(end + 1, rest.size()));
  }
  return words;
}

// "repository" for "backup", because of "repository backup": words that make it another command.
std::string words_of_longer(const Catalog& catalog, const CatalogEntry& entry) {
  const auto own = words_of(entry);
  std::set<std::string> others;
  for (const CatalogEntry& other : catalog.entries) {
    const auto words = words_of(other);
    if (words.size() <= own.size() || !std::includes(words.begin(), words.end(), own.begin(), own.end())) continue;
    std::set_difference(words.begin(), words.end(), own.begin(), own.end(), std::inserter(others, others.end()));
  }
  return joined({others.begin(), others.end()});
}

std::string fish_script(const Catalog& catalog, const Options& common, Language language) {
  std::string out = "# fish completion of tranship\ncomplete -c tranship -f\n";
  const auto seen = [](std::string_view words) {
    // True when every word of the command is on the line.
    std::string test;
    std::string rest(words);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      test += (test.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + rest.substr(0, end));
      rest.erase(0, std::min(end + 1, rest.size()));
    }
    return test;
  };
  std::set<std::string> groups = catalog.groups();
  groups.insert("");
  for (const std::string& group : groups) {
    const std::string words = joined(catalog.words_after(group));
    const std::string condition =
        group.empty() ? "__fish_use_subcommand" : seen(group) + "; and not __fish_seen_subcommand_from " + words;
    out += "complete -c tranship -n " + quoted(condition) + " -a " + quoted(words) + "\n";
  }
  for (const CatalogEntry& entry : catalog.entries) {
    if (entry.command->hidden()) continue;
    std::string condition = seen(entry.name());
    const std::string longer = words_of_longer(catalog, entry);
    if (!longer.empty()) condition += "; and not __fish_seen_subcommand_from " + longer;
    for (const Option* option : options_of(entry, common)) {
      std::string line = "complete -c tranship -n " + quoted(condition);
      if (!option->positional()) {
        for (const std::string& name : option->name_list()) {
          line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        if (!option->flag()) line += option->completes == Option::Completes::nothing ? " -x" : " -r";
        line += " -d " + quoted(message(language, option->help));
      }
      if (!option->values_allowed.empty()) line += " -a " + quoted(joined(option->values_allowed));
      if (option->completes != Option::Completes::nothing) line += " -F";
      const bool says_nothing = option->positional() && !line.ends_with('\'') && !line.ends_with("-F");
      if (!says_nothing) out += line + "\n";
    }
  }
  out.pop_back();
  return out;
}

}  // namespace

std::string completion_script(const Catalog& catalog, std::string_view shell, Language language) {
  CommonOptions values;
  Options common;
  values.add_to(common);
  if (shell == "fish") return fish_script(catalog, common, language);
  const std::string bash = bash_script(catalog, common);
  if (shell == "bash") return bash;
  // zsh runs bash's script through its own compatibility layer.
  // Loaded by the first Tab (from fpath), it also answers that one.
  return "#compdef tranship\nautoload -U +X bashcompinit && bashcompinit\n" + bash +
         "\nif [ \"${funcstack[1]}\" = _tranship ]; then _bash_complete -F _tranship; fi";
}

}  // namespace tranship::cli
