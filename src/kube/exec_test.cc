#include "kube/exec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "kube/testing/api_server.h"
#include "kube/testing/forwarder.h"
#include "kube/watch.h"

namespace tranship::kube {
namespace {

using namespace std::chrono_literals;
using testing::ApiServer;
using ::testing::ElementsAre;
using testing::Forwarder;
using ::testing::HasSubstr;

// A pod that sleeps, on a cluster with nodes; made once for all tests here.
class Exec : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string kubeconfig = testing::variable("TRANSHIP_BED_EAST");
    if (kubeconfig.empty()) return;
    server = std::make_unique<ApiServer>(kubeconfig, "tranship-exec");
    const std::string image = testing::variable("TRANSHIP_BED_BUSYBOX").empty()
                                  ? "bed.local/busybox:1"
                                  : testing::variable("TRANSHIP_BED_BUSYBOX");
    const Json pod = {
        {"apiVersion", "v1"},
        {"kind", "Pod"},
        {"metadata", {{"name", "shell"}, {"namespace", server->name_space}}},
        {"spec",
         {{"terminationGracePeriodSeconds", 0},
          {"containers",
           {{{"name", "shell"},
             {"image", image},
             {"imagePullPolicy", "IfNotPresent"},
             {"command",
              {"sh", "-c", "echo first; echo second; echo third; exec sleep 600"}}}}}}}};
    const Context context = ApiServer::context();
    auto created = server->client->create(context, types::pod(), pod);
    ASSERT_TRUE(created) << created.error().text();
    auto running = wait_for(context, *server->client, types::pod(), server->name_space, "shell",
                            [](const Json& object) {
                              return json_string(object, {"status", "phase"}) == "Running";
                            });
    ASSERT_TRUE(running) << running.error().text();
  }
  static void TearDownTestSuite() { server.reset(); }
  void SetUp() override {
    if (!server)
      GTEST_SKIP() << "TRANSHIP_BED_EAST names no cluster with nodes (./run test starts one)";
  }
  static ExecRequest shell(const std::string& script, bool use_stdin = false) {
    return {.name_space = server->name_space,
            .pod = "shell",
            .command = {"sh", "-c", script},
            .use_stdin = use_stdin};
  }
  static inline std::unique_ptr<ApiServer> server;
};

TEST_F(Exec, gives_output_errors_and_exit_code) {
  const auto output = exec(ApiServer::context(), *server->client,
                           shell("echo out & echo \"err & more\" >&2; wait; exit 7"));
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->exit_code, 7);
  EXPECT_EQ(output->standard_output, "out\n");
  EXPECT_EQ(output->standard_error, "err & more\n");
  EXPECT_EQ(exec(ApiServer::context(), *server->client, shell("true"))->exit_code, 0);
}

TEST_F(Exec, carries_input_to_its_end_and_megabytes_back) {
  std::string input(5'000'001, '\0');
  for (std::size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<char>(i * 2654435761u >> 13);
  const auto output = exec(ApiServer::context(), *server->client, shell("cat"), as_bytes(input));
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->exit_code, 0);
  EXPECT_TRUE(output->standard_output == input);
}

TEST_F(Exec, ends_a_command_that_writes_without_end) {
  const auto output = exec(ApiServer::context(), *server->client, shell("yes"), {}, 1u << 20);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().fault(), Fault::permanent);
}

TEST_F(Exec, says_what_is_wrong) {
  auto request = shell("true");
  request.pod = "nobody";
  auto output = exec(ApiServer::context(), *server->client, request);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().fault(), Fault::not_found);
  EXPECT_THAT(output.error().text(), HasSubstr("nobody"));
  request = shell("true");
  request.command = {"/no/such/program"};
  output = exec(ApiServer::context(), *server->client, request);
  // Containerd answers 127 or an internal error, by its version.
  if (output)
    EXPECT_NE(output->exit_code, 0);
  else
    EXPECT_THAT(output.error().text(), HasSubstr("no such file"));
  request = shell("true");
  request.container = "other";
  output = exec(ApiServer::context(), *server->client, request);
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().text(), HasSubstr("other"));
}

TEST_F(Exec, a_cut_connection_is_retryable) {
  Forwarder forwarder(server->access);
  const auto client = ApiServer::connect(forwarder.access());
  auto stream = ExecStream::open(ApiServer::context(), *client, shell("echo here; sleep 60"));
  ASSERT_TRUE(stream) << stream.error().text();
  const auto first = (*stream)->read(ApiServer::context());
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(as_text(*first), "here\n");
  forwarder.cut();
  const auto next = (*stream)->read(ApiServer::context());
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().fault(), Fault::retryable);
  EXPECT_EQ((*stream)->exit_code().error().fault(), Fault::retryable);
}

TEST_F(Exec, reads_logs_by_line) {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  ASSERT_TRUE(
      read_log(ApiServer::context(), *server->client, server->name_space, "shell", {}, keep));
  EXPECT_THAT(lines, ElementsAre("first", "second", "third"));
  lines.clear();
  ASSERT_TRUE(read_log(ApiServer::context(), *server->client, server->name_space, "shell",
                       {.tail_lines = 2}, keep));
  EXPECT_THAT(lines, ElementsAre("second", "third"));
  // Following ends when the reader has what it wanted, or at its deadline.
  lines.clear();
  ASSERT_TRUE(read_log(ApiServer::context(), *server->client, server->name_space, "shell",
                       {.follow = true}, [&](std::string_view line) {
                         keep(line);
                         return line != "second";
                       }));
  EXPECT_THAT(lines, ElementsAre("first", "second"));
  const auto late = read_log(ApiServer::context().with_timeout(300ms), *server->client,
                             server->name_space, "shell", {.follow = true}, keep);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault(), Fault::cancelled);
  EXPECT_EQ(read_log(ApiServer::context(), *server->client, server->name_space, "nobody", {}, keep)
                .error()
                .fault(),
            Fault::not_found);
}

}  // namespace
}  // namespace tranship::kube
