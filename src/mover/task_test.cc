// Goal: nothing is lost between who starts a mover and the mover; what is not understood is an error. Method: there and
// back.

#include "mover/task.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tranship::mover {
namespace {

repo::Node directory() {
  repo::Node node;
  node.type = repo::NodeType::directory;
  node.mode = 02775;
  node.uid = 1000;
  node.gid = 2000;
  node.mtime_ns = 1'700'000'000'123'456'789;
  node.extended_attributes = {{"user.note", std::string("a\0\xff", 3)}};
  node.subtree.bytes[0] = 7;
  return node;
}

Task some_task() {
  Task task;
  task.id = "run/data";
  task.direction = Direction::restore;
  task.path = "/volume";
  task.master_key = crypto::SealKey::random();
  task.tree.bytes[31] = 9;
  task.node = directory();
  task.compression_level = 5;
  task.threads = 3;
  return task;
}

TEST(Task, GoesThereAndBack) {
  Task task = some_task();
  task.location = store::Location{};
  task.location->path = "/backups";
  const auto back = task_from_json(*parse_json(to_text(to_json(task))));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_TRUE(back->master_key == task.master_key);
  EXPECT_EQ(to_json(*back), to_json(task));
  EXPECT_EQ(back->node->mode, 02775u);
  EXPECT_EQ(back->node->name, "");
  EXPECT_EQ(back->node->mtime_ns, task.node->mtime_ns);
  ASSERT_EQ(back->node->extended_attributes.size(), 1u);
  EXPECT_EQ(back->node->extended_attributes[0].value, std::string("a\0\xff", 3));
  EXPECT_EQ(back->node->subtree, task.node->subtree);
  EXPECT_FALSE(back->parent_node);
}

TEST(Task, BadOnesAreErrors) {
  const Json good = to_json(some_task());
  ASSERT_TRUE(task_from_json(good));
  const auto broken = [&](const char* member, Json value) {
    Json copy = good;
    copy[member] = std::move(value);
    return task_from_json(copy);
  };
  EXPECT_NE(broken("version", 2).error().fix(), "");
  EXPECT_FALSE(broken("direction", "sideways"));
  EXPECT_FALSE(broken("path", "relative"));
  EXPECT_FALSE(broken("masterKey", "AAAA"));
  EXPECT_FALSE(broken("tree", ""));
  EXPECT_FALSE(broken("tree", "xyz"));
  EXPECT_FALSE(broken("node", 5));
  EXPECT_FALSE(broken("location", Json::object()));
  EXPECT_FALSE(task_from_json(Json::array()));
  EXPECT_FALSE(task_from_json(Json()));
}

TEST(Lines, GoThereAndBack) {
  ProgressLine progress{1, 2, 3, 4, 5, true};
  EXPECT_EQ(to_json(*progress_from_json(to_json(progress))), to_json(progress));
  ResultLine result;
  result.error = Error(Fault::auth, "no").with_code("store.forbidden").with_fix("ask");
  result.node = directory();
  result.files = 10;
  result.peak_memory_bytes = 77;
  result.unreadable = {"a: Permission denied", "b\xff"};
  const auto back = result_from_json(*parse_json(to_text(to_json(result))));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->error->fault(), Fault::auth);
  EXPECT_EQ(back->error->text(), "no. ask");
  EXPECT_EQ(back->error->code(), "store.forbidden");
  EXPECT_EQ(back->node->gid, 2000u);
  EXPECT_EQ(back->unreadable.size(), 2u);
  EXPECT_FALSE(result_from_json(to_json(progress)));
  EXPECT_FALSE(progress_from_json(Json("text")));
}

TEST(Lines, LongListsAreCutAndSaySo) {
  ResultLine result;
  result.failed.assign(5'000, "path");
  const auto back = result_from_json(to_json(result));
  EXPECT_EQ(back->failed.size(), kPathsMax + 1);
  EXPECT_EQ(back->failed.back(), "and 4800 more");
}

}  // namespace
}  // namespace tranship::mover
