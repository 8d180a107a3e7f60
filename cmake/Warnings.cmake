# What heed's own code is held to. Generated code and libraries never link this.
add_library(heed-warnings INTERFACE)
target_compile_options(heed-warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers -Wimplicit-fallthrough)
if(NOT HEED_MODULES_AS_ONE)  # what shadows a name of another file is no mistake
  target_compile_options(heed-warnings INTERFACE -Wshadow)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees trouble inside its own std::string and std::function where there is none.
  target_compile_options(heed-warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(HEED_WARNINGS_ARE_ERRORS)
  target_compile_options(heed-warnings INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Nor does what it suspects there of lifetimes, the more so with sanitizers: shown, no error.
    target_compile_options(heed-warnings INTERFACE -Wno-error=free-nonheap-object
      -Wno-error=use-after-free -Wno-error=dangling-pointer -Wno-error=nonnull
      -Wno-error=mismatched-new-delete -Wno-error=null-dereference)
  endif()
endif()
