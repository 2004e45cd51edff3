// Goal: what a scrape reads is the exposition format, whatever the labels hold.

#include "observe/metrics.h"

#include <gtest/gtest.h>

namespace tranship::observe {
namespace {

TEST(Metrics, TextIsSortedAndEscaped) {
  Metrics metrics;
  metrics.add("b_total", "Bees.", {{"kind", "x"}});
  metrics.add("b_total", "ignored", {{"kind", "x"}}, 2);
  metrics.set("a", "An a.", {}, 1.5);
  metrics.set("a", "An a.", {{"name", "quote\" back\\ line\n"}}, 7);
  EXPECT_EQ(metrics.text(),
            "# HELP a An a.\n# TYPE a gauge\na 1.5\na{name=\"quote\\\" back\\\\ line\\n\"} 7\n"
            "# HELP b_total Bees.\n# TYPE b_total counter\nb_total{kind=\"x\"} 3\n");
  metrics.remove("a", {{"name", "quote\" back\\ line\n"}});
  metrics.remove("none", {});
  EXPECT_EQ(metrics.text().find("quote"), std::string::npos);
  EXPECT_GT(resident_memory_bytes(), 1e6);
}

}  // namespace
}  // namespace tranship::observe
