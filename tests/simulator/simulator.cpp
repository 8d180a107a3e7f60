#include "simulator/simulator.hpp"

#include "heed/error.hpp"
#include "simulator/service.hpp"

namespace heed::simulated {

namespace {

http::Response html(int status) {
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"}},
          "<!DOCTYPE html><html><head><title>Down for maintenance</title></head><body><p>We are "
          "down for maintenance. <br>Sorry for the inconvenience.</body></html>"};
}

}  // namespace

std::optional<Fault> FaultPlan::at(std::size_t request) const {
  const auto found = plan_.find(request);
  return found != plan_.end() ? std::optional(found->second) : std::nullopt;
}

Simulator::Simulator(OrgOptions options)
    : org_(std::move(options)), service_(std::make_unique<Service>(org_)) {}

Simulator::~Simulator() = default;

std::string Simulator::login_url(const std::string& version) {
  return "https://login.example.test/services/Soap/u/" + version;
}

std::string Simulator::instance_url(const std::string& version) {
  return "https://instance.example.test/services/Soap/u/" + version;
}

http::Response Simulator::send(const http::Request& request) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  calls_.emplace_back();
  Call call;
  try {
    const auto fault = faults_.at(requests_);
    auto response = fault ? fail_with(*fault, request, call) : answer(request, call);
    call.status = response.status;
    calls_.back() = call;
    return response;
  } catch (...) {
    calls_.back() = call;
    throw;
  }
}

http::Response Simulator::answer(const http::Request& request, Call& call) {
  return service_->answer(request, call);
}

http::Response Simulator::fail_with(const Fault& fault, const http::Request& request, Call& call) {
  switch (fault.kind) {
    case Fault::Kind::status:
      return html(fault.status);
    case Fault::Kind::html:
      return html(200);
    case Fault::Kind::empty:
      return {200, {{"Content-Type", "text/xml; charset=utf-8"}}, ""};
    case Fault::Kind::refused:
      throw Error(Kind::unreachable, "the CRM refuses connections (ordered by the test)");
    case Fault::Kind::reset:
      answer(request, call);
      throw Error(Kind::unreachable, "the connection was reset (ordered by the test)");
    case Fault::Kind::soap:
      return Service::fault(fault.code,
                            fault.message.empty() ? "ordered by the test" : fault.message);
    case Fault::Kind::truncated: {
      auto response = answer(request, call);
      response.body.resize(response.body.size() / 2);
      return response;
    }
    case Fault::Kind::locator_expired:
      org_.expire_locators();
      break;
    case Fault::Kind::session_expired:
      org_.expire_sessions();
      break;
  }
  return answer(request, call);
}

std::size_t Simulator::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<Call> Simulator::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void Simulator::forget_calls() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

void Simulator::fail(std::size_t at_request, Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.add(at_request, std::move(fault));
}

void Simulator::clear_faults() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

}  // namespace heed::simulated
