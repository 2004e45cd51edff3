# tranship_embed(target function files...): the files' bytes become part of the target, behind
# `std::span<const tranship::EmbeddedFile> function()` (base/embedded.h; `function` with its namespaces), in the order given
# and by their names relative to the source tree. Run as a script (cmake -P) it writes the .cc.

if(CMAKE_SCRIPT_MODE_FILE)
  set(text "// Made by cmake/TranshipEmbed.cmake.\n#include \"base/embedded.h\"\n")
  string(APPEND text "#include <array>\n#include <span>\n\nnamespace {\n")
  set(table "")
  set(count 0)
  foreach(file IN LISTS FILES)
    file(READ ${SOURCE}/${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    # Lines of a reasonable length.
    string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
    string(APPEND text "constexpr unsigned char kFile${count}[] = {\n${bytes}0};\n")
    string(APPEND table "    tranship::EmbeddedFile{\"${file}\", {reinterpret_cast<const char*>(kFile${count}), "
                        "sizeof kFile${count} - 1}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  string(REGEX REPLACE "::[a-z_]+$" "" scope "${FUNCTION}")
  string(REGEX REPLACE "^.*::" "" name "${FUNCTION}")
  string(APPEND text "}  // namespace\n\nnamespace ${scope} {\nstd::span<const tranship::EmbeddedFile> ${name}() {\n"
                     "  static const std::array<tranship::EmbeddedFile, ${count}> files{{\n${table}  }};\n"
                     "  return files;\n}\n}  // namespace ${scope}\n")
  file(WRITE ${OUTPUT} "${text}")
  return()
endif()

set(TRANSHIP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(tranship_embed target function)
  set(relative "")
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${file})
    list(APPEND relative ${path})
  endforeach()
  string(REPLACE "::" "_" unit ${function})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${unit}.cc)
  add_custom_command(OUTPUT ${output} VERBATIM DEPENDS ${ARGN} ${TRANSHIP_EMBED_SCRIPT}
                     COMMAND ${CMAKE_COMMAND} -D "FILES=${relative}" -D SOURCE=${CMAKE_SOURCE_DIR}
                             -D FUNCTION=${function} -D OUTPUT=${output} -P ${TRANSHIP_EMBED_SCRIPT})
  target_sources(${target} PRIVATE ${output})
endfunction()
