#pragma once

#include <chrono>
#include <optional>

#include "crm/fault.hpp"
#include "heed/http.hpp"
#include "heed/time.hpp"

struct SOAP_ENV__Fault;

namespace heed::crm {

/// The fault of a SOAP answer, 1.1 or 1.2. The CRM's code stands in the fault's own code or, where
/// that is one of SOAP's, in the details, which are read from `xml` by their elements' local names:
/// a fault of another WSDL or of a later version has the same.
Fault fault_in(const SOAP_ENV__Fault& fault, std::string_view xml);

/// What an answer is that is no SOAP, or not whole: a page of a proxy, an empty or a cut one. An
/// answer in which a whole fault can still be made out is that fault.
Fault fault_without_soap(const http::Response& response);

/// How long the server asks to be left alone: seconds, or a date, which counts from the server's
/// own Date where it sends one, else from `now`. nullopt where it asks for nothing that can be
/// read.
std::optional<std::chrono::seconds> retry_after(const http::Response& response, Moment now);

}  // namespace heed::crm
