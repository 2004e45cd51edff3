#include "cli/options.h"

namespace tranship::cli {

std::vector<std::string> Option::name_list() const {
  std::vector<std::string> list;
  std::size_t begin = 0;
  while (begin <= names.size()) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    list.push_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

Option& Options::add(std::string_view names, std::string_view value, Option::Target target,
                     std::string_view help_key) {
  Option option;
  option.names = names;
  option.value = value;
  option.target = target;
  option.help = help_key;
  return list_.emplace_back(std::move(option));
}

Option& Options::flag(std::string_view names, bool& target, std::string_view help_key) {
  return add(names, "", &target, help_key);
}

Option& Options::value(std::string_view names, std::string_view value_name, std::string& target,
                       std::string_view help_key) {
  return add(names, value_name, &target, help_key);
}

Option& Options::number(std::string_view names, std::string_view value_name, std::int64_t& target,
                        std::string_view help_key) {
  return add(names, value_name, &target, help_key);
}

Option& Options::values(std::string_view names, std::string_view value_name, std::vector<std::string>& target,
                        std::string_view help_key) {
  return add(names, value_name, &target, help_key);
}

Option& Options::positional(std::string_view name, std::string& target, std::string_view help_key) {
  return add(name, name, &target, help_key);
}

Option& Options::positionals(std::string_view name, std::vector<std::string>& target, std::string_view help_key) {
  return add(name, name, &target, help_key);
}

}  // namespace tranship::cli
