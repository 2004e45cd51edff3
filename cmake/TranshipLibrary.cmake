# One folder of src/ = one library. tranship_library(base DEPENDS ... LIBRARIES ...) takes every .cc of
# the folder (and of its sub-folders); NAME_test.cc files beside the code become the test program NAME_test.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
# At -O2 g++ 12 sees overflows and uninitialised values inside libstdc++ that are not there; the debug build keeps these on.
add_compile_options($<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-stringop-overread>
                    $<$<CONFIG:Release>:-Wno-array-bounds> $<$<CONFIG:Release>:-Wno-restrict>
                    $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
include_directories(${CMAKE_SOURCE_DIR}/src)
if(TRANSHIP_SANITIZE)
  add_compile_options(-fsanitize=${TRANSHIP_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TRANSHIP_SANITIZE})
  # g++ 12 reports uses of uninitialised members that the sanitizers' own instrumentation makes up.
  add_compile_options(-Wno-maybe-uninitialized)
endif()

if(TRANSHIP_COVERAGE)
  # Every program needs a receiver: tests/fuzz has one that counts, all others get one that does nothing.
  add_library(tranship_coverage STATIC ${CMAKE_SOURCE_DIR}/tests/fuzz/no_coverage.cc)
endif()

function(tranship_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(tranship_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(tranship_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND tranship_ OUTPUT_VARIABLE depends)
  target_link_libraries(tranship_${name} ${scope} ${depends} ${ARG_LIBRARIES} Threads::Threads)
  if(TRANSHIP_COVERAGE AND sources)
    target_compile_options(tranship_${name} PRIVATE -fsanitize-coverage=trace-pc)
    target_link_libraries(tranship_${name} PUBLIC tranship_coverage)
  endif()
  if(TRANSHIP_TESTS AND tests)
    list(TRANSFORM ARG_TEST_LIBRARIES PREPEND tranship_ OUTPUT_VARIABLE test_depends)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE tranship_${name} ${test_depends} GTest::gtest GTest::gmock
                                               GTest::gtest_main)
    gtest_discover_tests(${name}_test PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
