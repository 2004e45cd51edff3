// fuzz [OPTION ...] [TARGET ...]          changed inputs for the targets (all when none is named)
// fuzz [OPTION ...] TARGET FILE ...       just these inputs

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

#include "runner.h"

namespace tranship::fuzz {
namespace {

constexpr const char* kUsage =
    "usage: fuzz [OPTION ...] [TARGET ...]       change inputs and give them to the targets (default: all)\n"
    "       fuzz [OPTION ...] TARGET FILE ...    only what is in the files\n"
    "  --runs N         changed inputs for each target\n"
    "  --seconds N      time for each target (default without --runs: 10)\n"
    "  --input-time N   seconds one input may take (default 10)\n"
    "  --seed N         other changes (default 1)\n"
    "  --corpus DIR     inputs to begin with, in DIR/TARGET/\n"
    "  --crashes DIR    where inputs that failed are written (default .)\n"
    "  --list           the targets\n";

struct Line {
  RunOptions options;
  std::filesystem::path corpus;
  std::vector<const Target*> targets;
  std::vector<std::filesystem::path> files;
  bool list = false;
};

std::vector<Target> all_targets() {
  std::vector<Target> all;
  for (auto* group : {base_targets, net_targets, kube_targets, store_targets, repo_targets, application_targets}) {
    auto some = group();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> inputs_of(const Target& target, const std::filesystem::path& corpus) {
  std::vector<std::string> inputs = target.seeds;
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(corpus / target.name, none)) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) inputs.push_back(content_of(file));
  return inputs;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// False when the option is not one, or its value is not.
bool take_option(Line& line, std::string_view name, const std::string& value) {
  if (name == "--corpus") return line.corpus = value, true;
  if (name == "--crashes") return line.options.crashes = value, true;
  const auto count = number(value);
  if (!count) return false;
  if (name == "--runs") return line.options.runs = *count, true;
  if (name == "--seed") return line.options.seed = *count, true;
  if (name == "--seconds") return line.options.time = std::chrono::seconds(*count), true;
  if (name == "--input-time") return line.options.input_time = std::chrono::seconds(*count), true;
  return false;
}

std::optional<Line> read_line(const std::vector<std::string>& arguments, const std::vector<Target>& targets) {
  Line line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto target = std::ranges::find(targets, argument, &Target::name);
    if (argument == "--list") {
      line.list = true;
    } else if (argument.starts_with("--")) {
      if (i + 1 == arguments.size() || !take_option(line, argument, arguments[i + 1])) return std::nullopt;
      ++i;
    } else if (target != targets.end()) {
      line.targets.push_back(&*target);
    } else if (line.targets.size() == 1 && std::filesystem::is_regular_file(argument)) {
      line.files.emplace_back(argument);
    } else {
      std::fprintf(stderr, "fuzz: '%s' is neither a target nor a file after one\n", argument.c_str());
      return std::nullopt;
    }
  }
  if (line.targets.empty()) {
    for (const Target& target : targets) line.targets.push_back(&target);
  }
  if (line.options.runs == 0 && line.options.time.count() == 0) line.options.time = std::chrono::seconds(10);
  return line;
}

bool run(const Target& target, const Line& line) {
  RunOptions options = line.options;
  std::vector<std::string> inputs;
  if (line.files.empty()) {
    inputs = inputs_of(target, line.corpus);
  } else {
    options.runs = 0, options.time = std::chrono::seconds(0);
    for (const auto& file : line.files) inputs.push_back(content_of(file));
  }
  const RunReport report = run_target(target, std::move(inputs), options);
  std::printf("%-20s %9llu runs %6.1f s %6zu edges %5zu kept  %s\n", target.name.c_str(),
              static_cast<unsigned long long>(report.runs), static_cast<double>(report.took.count()) / 1000,
              report.edges, report.kept, report.passed ? "passed" : report.failure.c_str());
  if (!report.passed) std::printf("  its input: %s\n", std::filesystem::absolute(report.input).c_str());
  std::fflush(stdout);
  return report.passed;
}

// Targets get the same surroundings everywhere: nothing of this machine, and nothing that asks the network.
void settle_environment() {
  ::clearenv();
  ::setenv("PATH", "/usr/bin:/bin", 1);
  ::setenv("AWS_ACCESS_KEY_ID", "fuzz", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "fuzz", 1);
  ::setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

int main_of(const std::vector<std::string>& arguments) {
  settle_environment();
  const std::vector<Target> targets = all_targets();
  const auto line = read_line(arguments, targets);
  if (!line) return std::fputs(kUsage, stderr), 2;
  bool passed = true;
  for (const Target* target : line->targets) {
    if (line->list) {
      std::printf("%s\n", target->name.c_str());
    } else {
      passed = run(*target, *line) && passed;
    }
  }
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace tranship::fuzz

int main(int argc, char** argv) {
  return tranship::fuzz::main_of({argv + 1, argv + argc});
}
