# The SOAP codec: generated from wsdl/ into the build folder, compiled once, without heed's warnings.
find_program(WSDL2H wsdl2h REQUIRED)
find_program(SOAPCPP2 soapcpp2 REQUIRED)
find_path(GSOAP_SHARE import/stlvector.h PATHS /usr/share/gsoap PATH_SUFFIXES gsoap REQUIRED)

set(wire_dir ${CMAKE_BINARY_DIR}/generated/wire)
set(wire_files
  ${wire_dir}/soapC.cpp ${wire_dir}/soapH.h ${wire_dir}/soapStub.h ${wire_dir}/SoapBinding.nsmap
  ${wire_dir}/soapSoapBindingProxy.cpp ${wire_dir}/soapSoapBindingProxy.h
  ${wire_dir}/soapSoapBindingService.cpp ${wire_dir}/soapSoapBindingService.h)
add_custom_command(
  OUTPUT ${wire_files}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${wire_dir}
  COMMAND ${WSDL2H} -c++11 -k -t ${CMAKE_SOURCE_DIR}/wsdl/typemap.dat -o ${wire_dir}/wire.h
          ${CMAKE_SOURCE_DIR}/wsdl/crm.wsdl > ${wire_dir}/wsdl2h.log 2>&1
  COMMAND ${SOAPCPP2} -j -x -L -c++11 -I${GSOAP_SHARE}/import -d ${wire_dir} ${wire_dir}/wire.h
          > ${wire_dir}/soapcpp2.log 2>&1
  DEPENDS ${CMAKE_SOURCE_DIR}/wsdl/crm.wsdl ${CMAKE_SOURCE_DIR}/wsdl/typemap.dat
  COMMENT "Generating the SOAP codec from wsdl/"
  VERBATIM)
add_library(heed-wire STATIC
  ${wire_dir}/soapC.cpp ${wire_dir}/soapSoapBindingProxy.cpp ${wire_dir}/soapSoapBindingService.cpp
  src/wire/sobject.cpp src/wire/reader.cpp)
# What is generated has no loops worth an optimiser's minutes under a sanitizer; records, which are
# many, are read by src/wire.
if(HEED_SANITIZE OR HEED_FUZZ)
  set_source_files_properties(${wire_dir}/soapC.cpp PROPERTIES COMPILE_OPTIONS -O0)
endif()
# SYSTEM: what includes the generated headers is not judged by their style.
target_include_directories(heed-wire SYSTEM PUBLIC ${wire_dir})
target_include_directories(heed-wire PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(heed-wire PUBLIC WITH_PURE_VIRTUAL)
target_compile_options(heed-wire PRIVATE -w)
# The archive, not the shared library: that one leaves the names of the generated code undefined, so
# whatever links it must be a SOAP program.
find_library(GSOAP_ARCHIVE libgsoap++.a REQUIRED)
target_compile_options(heed-wire PUBLIC ${GSOAP_CFLAGS_OTHER})
target_link_libraries(heed-wire PUBLIC ${GSOAP_ARCHIVE})
