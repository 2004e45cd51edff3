#pragma once
// The options of one command, declared once: parsing, --help and shell completion all read this list.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tranship::cli {

// One option or positional argument. Lives in Options; the setters return it for chaining.
struct Option {
  enum class Completes { nothing, file, directory };
  using Target = std::variant<bool*, std::string*, std::int64_t*, std::vector<std::string>*>;

  std::string names;          // "--target,-t"; a positional argument: "SNAPSHOT"
  std::string value;          // what --help calls the value: "DIRECTORY"; empty for flags
  std::string help;           // message key
  Target target;
  std::vector<std::string> values_allowed;
  std::string environment_variable;  // taken from there when the option is not given
  Completes completes = Completes::nothing;
  bool is_required = false;

  Option& required() { return is_required = true, *this; }
  Option& choices(std::vector<std::string> allowed) { return values_allowed = std::move(allowed), *this; }
  Option& environment(std::string variable) { return environment_variable = std::move(variable), *this; }
  Option& files() { return completes = Completes::file, *this; }
  Option& directories() { return completes = Completes::directory, *this; }

  bool positional() const { return !names.starts_with('-'); }
  bool flag() const { return std::holds_alternative<bool*>(target); }
  bool many() const { return std::holds_alternative<std::vector<std::string>*>(target); }
  std::vector<std::string> name_list() const;
};

// Targets must outlive the parse: they are usually members of the command. What they hold before is the default.
class Options {
 public:
  Option& flag(std::string_view names, bool& target, std::string_view help_key);
  Option& value(std::string_view names, std::string_view value_name, std::string& target,
                std::string_view help_key);
  Option& number(std::string_view names, std::string_view value_name, std::int64_t& target,
                 std::string_view help_key);
  // May be given any number of times, one value each.
  Option& values(std::string_view names, std::string_view value_name, std::vector<std::string>& target,
                 std::string_view help_key);
  // Without dashes, in the order they are declared; a list takes all that is left.
  Option& positional(std::string_view name, std::string& target, std::string_view help_key);
  Option& positionals(std::string_view name, std::vector<std::string>& target, std::string_view help_key);

  const std::deque<Option>& list() const { return list_; }

 private:
  Option& add(std::string_view names, std::string_view value, Option::Target target, std::string_view help_key);
  std::deque<Option> list_;  // stable addresses for the references handed out
};

}  // namespace tranship::cli
