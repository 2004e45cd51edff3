#pragma once
// Work for one object that throws although it must not: fails for that object alone, and the controller goes on for all
// others.

#include <exception>
#include <string>

#include "base/error.h"

namespace tranship::controller {

// `work` returns a Result.
template <class Work>
auto guarded(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return fail(Error(Fault::permanent, std::string("unexpected: ") + thrown.what())
                    .with_code("internal")
                    .with_fix("This is an error of Tranship's: report it with the object and the controller's log"));
  }
}

}  // namespace tranship::controller
