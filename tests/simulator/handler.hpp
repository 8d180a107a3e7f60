#pragma once

// Only .cpp files of the simulator include this: it brings gSOAP's generated code.

#include <string>

#include "simulator/cursors.hpp"
#include "simulator/endpoint.hpp"
#include "simulator/refusal.hpp"
#include "simulator/sessions.hpp"
#include "simulator/simulator.hpp"
#include "soapSoapBindingService.h"

namespace heed::simulated {

/// The operations, each between a decoded request and an answer to encode. One that the CRM refuses
/// leaves its fault in `refusal`.
class Handler final : public SoapBindingService {
 public:
  Handler(Org& org, Sessions& sessions);
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  SoapBindingService* copy() override;

  Endpoint endpoint;  ///< where the request went
  std::optional<Refusal> refusal;
  Call* call = nullptr;

  int login(_tns__login* in, _tns__loginResponse& out) override;
  int logout(_tns__logout* in, _tns__logoutResponse& out) override;
  int getServerTimestamp(_tns__getServerTimestamp* in,
                         _tns__getServerTimestampResponse& out) override;
  int getUserInfo(_tns__getUserInfo* in, _tns__getUserInfoResponse& out) override;
  int describeGlobal(_tns__describeGlobal* in, _tns__describeGlobalResponse& out) override;
  int describeSObject(_tns__describeSObject* in, _tns__describeSObjectResponse& out) override;
  int describeSObjects(_tns__describeSObjects* in, _tns__describeSObjectsResponse& out) override;
  int query(_tns__query* in, _tns__queryResponse& out) override;
  int queryAll(_tns__queryAll* in, _tns__queryAllResponse& out) override;
  int queryMore(_tns__queryMore* in, _tns__queryMoreResponse& out) override;
  int getUpdated(_tns__getUpdated* in, _tns__getUpdatedResponse& out) override;
  int getDeleted(_tns__getDeleted* in, _tns__getDeletedResponse& out) override;
  int retrieve(_tns__retrieve* in, _tns__retrieveResponse& out) override;
  int delete_(_tns__delete* in, _tns__deleteResponse& out) override;
  int update(_tns__update* in, _tns__updateResponse& out) override;
  int merge(_tns__merge* in, _tns__mergeResponse& out) override;
  int undelete(_tns__undelete* in, _tns__undeleteResponse& out) override;
  int emptyRecycleBin(_tns__emptyRecycleBin* in, _tns__emptyRecycleBinResponse& out) override;

 private:
  /// Runs one operation of a session: checks it, counts the call, turns what is thrown into a
  /// fault.
  template <typename Work>
  int in_session(const char* operation, const std::string& detail, Work work) {
    return guarded(operation, detail, [&] {
      begin_call();
      const auto code = org_.refusal_of(operation, detail);
      if (!code.empty()) throw unexpected(code, "this user may not");
      work();
    });
  }

  template <typename Work>
  int guarded(const char* operation, const std::string& detail, Work work) {
    call->operation = operation;
    call->detail = detail;
    try {
      work();
      soap->header = nullptr;
      return SOAP_OK;
    } catch (const Refusal& thrown) {
      refusal = thrown;
    } catch (const std::exception& thrown) {
      refusal = unexpected("UNKNOWN_EXCEPTION", thrown.what());
    }
    return soap->error = SOAP_FAULT;
  }

  void begin_call();
  std::size_t batch() const;
  std::string* text(std::string_view value);
  tns__GetUserInfoResult* user_info();
  tns__QueryResult* ask(const std::string& soql, bool with_deleted);
  tns__QueryResult* page(const Slice& slice);
  const Table& described(const std::string& object) const;

  Org& org_;
  Sessions& sessions_;
  Cursors cursors_;
};

/// One row as a record of the answer, in the order of the plan's fields.
void write_record(const Org& org, const Table& table, std::uint32_t row,
                  const std::vector<soql::Selected>& select, heed_sObject& to);

/// Descriptions of what this user may see.
tns__DescribeSObjectResult* describe(soap* s, const Org& org, const Table& table);
tns__DescribeGlobalSObjectResult* describe_shortly(soap* s, const Table& table);

/// The fault for an object that this user cannot see.
Refusal unknown_object(const std::string& name);

}  // namespace heed::simulated
