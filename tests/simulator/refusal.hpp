#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace heed::simulated {

/// The CRM's answer to a request that it does not carry out: a SOAP fault in its own shape.
struct Refusal : std::runtime_error {
  /// `fault` is the detail's type, such as "InvalidFieldFault".
  Refusal(std::string fault_type, std::string exception_code, const std::string& message)
      : std::runtime_error(message),
        fault(std::move(fault_type)),
        code(std::move(exception_code)) {}

  std::string
      fault;  ///< empty: a fault of the SOAP layer, without detail; `code` then has a prefix
  std::string code;
  int row = 0;  ///< where in the query, from 1; 0: the fault has no place
  int column = 0;
};

/// An UnexpectedErrorFault.
Refusal unexpected(std::string code, const std::string& message);

/// What the simulator does not play, said plainly and never guessed.
Refusal unimplemented(const std::string& what);

/// A fault about the character `at` (from 0) of `query`, with the line and a caret under the place.
Refusal at_place(std::string fault, std::string code, std::string_view query, std::size_t at,
                 const std::string& message);

}  // namespace heed::simulated
