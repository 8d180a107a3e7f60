# What heed's own code is held to. Generated code and libraries never link this.
add_library(heed-warnings INTERFACE)
target_compile_options(heed-warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough)
if(HEED_WARNINGS_ARE_ERRORS)
  target_compile_options(heed-warnings INTERFACE -Werror)
endif()
