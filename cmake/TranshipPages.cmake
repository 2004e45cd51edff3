# tranship_pages(target): builds web/ (tools/node.py brings Node.js and the modules) and makes its files part of the
# target, behind tranship::web::pages(). With TRANSHIP_PAGES=OFF there are none, and Node.js is not needed.

option(TRANSHIP_PAGES "Build the dashboard's pages into the binary" ON)

function(tranship_pages target)
  set(web ${CMAKE_SOURCE_DIR}/web)
  set(output ${CMAKE_BINARY_DIR}/web)
  set(table ${output}/pages_table.cc)
  file(MAKE_DIRECTORY ${output})
  if(NOT TRANSHIP_PAGES)
    file(CONFIGURE OUTPUT ${output}/no_pages.cc @ONLY CONTENT
         "#include \"web/pages.h\"\nstd::span<const tranship::web::Page> tranship::web::pages() { return {}; }\n")
    target_sources(${target} PRIVATE ${output}/no_pages.cc)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*)
  list(FILTER sources EXCLUDE REGEX "\\.test\\.tsx?$")
  set(node ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/node.py)
  add_custom_command(OUTPUT ${output}/modules.stamp VERBATIM COMMENT "Modules of the pages"
                     DEPENDS ${web}/package-lock.json ${CMAKE_SOURCE_DIR}/tools/node.py
                     COMMAND ${node} modules ${web}
                     COMMAND ${CMAKE_COMMAND} -E touch ${output}/modules.stamp)
  add_custom_command(OUTPUT ${table} ${output}/pages.bin VERBATIM COMMENT "Pages" WORKING_DIRECTORY ${web}
                     DEPENDS ${sources} ${output}/modules.stamp ${web}/index.html ${web}/vite.config.ts
                             ${web}/tsconfig.json ${web}/scripts/embed.mjs ${web}/scripts/budget.mjs
                     COMMAND ${node} modules ${web}
                     COMMAND ${node} node node_modules/typescript/bin/tsc --noEmit
                     COMMAND ${node} node node_modules/vite/bin/vite.js build --logLevel warn --emptyOutDir
                             --outDir ${output}/dist
                     COMMAND ${node} node scripts/budget.mjs ${output}/dist
                     COMMAND ${node} node scripts/embed.mjs ${output}/dist ${output})
  add_custom_target(web DEPENDS ${table})
  target_sources(${target} PRIVATE ${table})
  set_source_files_properties(${table} PROPERTIES OBJECT_DEPENDS ${output}/pages.bin)
endfunction()
