#include "simulator/service.hpp"

#include <cstring>

#include "simulator/handler.hpp"
#include "simulator/oauth.hpp"
#include "simulator/wire_text.hpp"

namespace heed::simulated {

/// What gSOAP reads from and writes to while it serves one request.
struct Channel {
  std::string_view in;
  std::string out;
};

namespace {

Channel& channel(soap* s) {
  return *static_cast<Channel*>(s->user);
}

std::size_t receive(soap* s, char* to, std::size_t most) {
  auto& in = channel(s).in;
  const std::size_t size = std::min(most, in.size());
  std::memcpy(to, in.data(), size);
  in.remove_prefix(size);
  return size;
}

int send(soap* s, const char* from, std::size_t size) {
  channel(s).out.append(from, size);
  return SOAP_OK;
}

int nothing(soap*) {
  return SOAP_OK;
}

http::Response xml(int status, std::string body) {
  return {status, {{"Content-Type", "text/xml; charset=utf-8"}}, std::move(body)};
}

Refusal not_an_operation(soap* s) {
  const std::string tag = s->tag;
  const auto name = tag.substr(tag.find(':') == std::string::npos ? 0 : tag.find(':') + 1);
  return {"", "soapenv:Client",
          "No operation available for request {urn:partner.soap.sforce.com}" + name +
              ", please check the WSDL for the service (heed-simulator implements those that heed "
              "uses)."};
}

}  // namespace

struct Service::Wire {
  explicit Wire(Org& to) : org(to), sessions(to), oauth(to, sessions), handler(to, sessions) {
    soap* const s = handler.soap;
    soap_set_imode(s, SOAP_C_UTFSTRING | SOAP_ENC_PLAIN);
    soap_set_omode(s, SOAP_C_UTFSTRING | SOAP_ENC_PLAIN | SOAP_IO_BUFFER);
    s->user = &pipe;
    s->frecv = receive;
    s->fsend = send;
    s->fclose = nothing;
  }

  /// Runs gSOAP over one request; what comes out is its envelope, or a refusal of the handler.
  int serve(const std::string& body) {
    pipe.in = body;
    pipe.out.clear();
    handler.refusal.reset();
    const int result = handler.serve();
    if (result != SOAP_OK && !handler.refusal) handler.refusal = cause(result);
    handler.destroy();
    return result;
  }

  Refusal cause(int error) {
    if (error == SOAP_NO_METHOD) return not_an_operation(handler.soap);
    return {"", "soapenv:Client",
            "The request could not be read: gSOAP error " + std::to_string(error)};
  }

  std::string limits() const {
    return "<LimitInfoHeader><limitInfo><current>" + std::to_string(org.calls_used()) +
           "</current><limit>" + std::to_string(org.calls_allowed()) +
           "</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader>";
  }

  Org& org;
  Sessions sessions;
  OAuth oauth;
  Handler handler;
  Channel pipe;
};

Service::Service(Org& org) : wire_(std::make_unique<Wire>(org)) {}

Service::~Service() = default;

http::Response Service::answer(const http::Request& request, Call& call) {
  if (OAuth::is_endpoint(request.url)) return wire_->oauth.answer(request, call);
  const auto endpoint = parse_endpoint(request.url);
  if (!endpoint || request.method != "POST") {
    return {404, {{"Content-Type", "text/html"}}, "<html><body>URL No Longer Exists</body></html>"};
  }
  wire_->handler.endpoint = *endpoint;
  wire_->handler.call = &call;
  wire_->serve(request.body);
  if (wire_->handler.refusal) return xml(500, fault_text(*wire_->handler.refusal));
  return xml(200, crm_shape(wire_->pipe.out, call.operation == "login" ? "" : wire_->limits()));
}

http::Response Service::fault(const std::string& code, const std::string& message) {
  return xml(500, fault_text(unexpected(code, message)));
}

}  // namespace heed::simulated
