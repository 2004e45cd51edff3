#include "cli/command_line.h"

#include <unistd.h>

#include <exception>
#include <iostream>

#include "cli/help_text.h"
#include "cli/parse.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

SessionOptions session_options(const CommonOptions& common, Language language) {
  SessionOptions options;
  options.format = common.output == "json" ? OutputFormat::json : OutputFormat::text;
  options.language = parse_language(common.language).value_or(language);
  options.quiet = common.quiet;
  options.colour = environment_allows_colour();
  return options;
}

// Libraries below may throw (allocation, standard containers): that is a defect or no memory, told like any error.
Result<int> run_guarded(Command& command, Session& session) {
  try {
    return command.run(session);
  } catch (const std::bad_alloc&) {
    return fail(Error(Fault::permanent, "out of memory").with_code("memory"));
  } catch (const std::exception& exception) {
    return fail(Error(Fault::permanent, std::string("unexpected: ") + exception.what())
                    .with_code("internal")
                    .with_fix("This is a defect of Tranship: please report it with the command you gave"));
  }
}

bool asks_for_json(const std::vector<std::string>& arguments) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const bool names = arguments[at] == "--output" || arguments[at] == "-o";
    if (names && at + 1 < arguments.size() && arguments[at + 1] == "json") return true;
    if (arguments[at] == "--output=json" || arguments[at] == "-ojson") return true;
  }
  return false;
}

}  // namespace

int run_line(const Context& context, const std::vector<std::string>& arguments, const Streams& streams) {
  Catalog catalog = make_catalog();
  const Language language = language_of(arguments);
  auto line = parse_line(catalog, arguments, language);
  if (!line) {
    CommonOptions common;
    common.output = asks_for_json(arguments) ? "json" : "text";
    Session session(context, streams, session_options(common, language));
    session.print_error(line.error());
    return kExitUsage;
  }
  Session session(context, streams, session_options(line->common, language));
  if (line->common.version) {
    line->entry = catalog.find("version");
  } else if (line->common.help || line->entry == nullptr) {
    const bool asked = line->common.help;
    const bool terminal = asked ? streams.out_is_terminal : streams.error_is_terminal;
    const HelpStyle style{language, asked ? streams.out_width : streams.error_width,
                          terminal && environment_allows_colour()};
    const std::string help =
        line->entry ? command_help(*line->entry, style) : group_help(catalog, line->words, style);
    (asked ? streams.out : streams.error) << help << std::flush;
    return asked ? kExitSuccess : kExitUsage;
  }
  auto code = run_guarded(*line->entry->command, session);
  if (code) return *code;
  session.print_error(code.error());
  if (code.error().code() == "usage") return kExitUsage;
  return context.stopped() ? kExitInterrupted : exit_code_of(code.error());
}

int run(int argument_count, char** arguments) {
  const std::vector<std::string> list(arguments + std::min(argument_count, 1), arguments + argument_count);
  const Streams streams{std::cout,
                        std::cerr,
                        is_terminal(STDOUT_FILENO),
                        is_terminal(STDERR_FILENO),
                        terminal_width(STDERR_FILENO),
                        terminal_width(STDOUT_FILENO)};
  const Language language = language_of(list);
  const SignalStop stop([language] {
    const std::string line = message(language, "signal.stopping") + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  });
  return run_line(Context(stop.token()), list, streams);
}

}  // namespace tranship::cli
