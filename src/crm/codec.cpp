#include "crm/codec.hpp"

#include <algorithm>

#include "crm/encoding.hpp"
#include "crm/fault_in.hpp"
#include "crm/locator.hpp"
#include "crm/too_large.hpp"
#include "heed/error.hpp"
#include "heed/http/too_large.hpp"

namespace heed::crm {

Wire::Codec::Codec(http::Ahead& t, const Clock& c, const Options& o)
    : transport(t), clock(c), options(o) {
  soap* s = proxy.soap;
  s->user = this;
  soap_set_omode(s, SOAP_C_UTFSTRING);
  // The CRM's namespaces differ by its WSDLs, and some of its answers lost theirs on the way:
  // names are told apart by their local part. References between elements are not followed: the
  // CRM makes none.
  soap_set_imode(s, SOAP_C_UTFSTRING | SOAP_XML_IGNORENS | SOAP_XML_TREE);
  s->fconnect = &on_connect;
  s->fsend = &on_send;
  s->fprepareinitrecv = &on_receive;
  s->frecv = &on_read;
  s->fclose = [](soap*) { return SOAP_OK; };
}

int Wire::Codec::on_connect(soap* s, const char*, const char*, int) {
  self(s).out.clear();
  self(s).read = 0;
  s->omode &= ~SOAP_IO;
  s->omode |= SOAP_IO_BUFFER | SOAP_ENC_PLAIN;
  return SOAP_OK;
}

int Wire::Codec::on_send(soap* s, const char* data, std::size_t size) {
  self(s).out.append(data, size);
  return SOAP_OK;
}

int Wire::Codec::on_receive(soap* s) {
  auto& codec = self(s);
  try {
    codec.exchange();
  } catch (const http::TooLarge& cut) {
    codec.pending =
        std::make_exception_ptr(too_large(cut.beginning(), cut.largest(), "[http] largest_body"));
    return s->error = SOAP_EOF;
  } catch (...) {
    codec.pending = std::current_exception();
    return s->error = SOAP_EOF;
  }
  s->status = codec.in.status;
  return SOAP_OK;
}

http::Request Wire::Codec::request() {
  http::Request request;
  request.url = target;
  request.headers = {{"Content-Type", "text/xml; charset=utf-8"}, {"SOAPAction", "\"\""}};
  request.body = std::move(out);
  return request;
}

/// Sends what was written, and makes the answer ready to be read.
void Wire::Codec::exchange() {
  const http::Request written = request();
  if (!transport.has(written)) ++calls;
  in = transport.send(written);
  if (looks_ahead && in.status == 200) look_ahead();
  const auto largest = options.largest_page;
  if (static_cast<std::int64_t>(in.body.size()) > largest) {
    throw too_large(in.body, largest, "[crm] largest_page");
  }
  read = to_utf8(in.body, in.header("Content-Type").value_or(""));
  if (has_dtd(std::string_view(in.body).substr(read))) {
    throw Error(Kind::answer,
                "the CRM's answer has a document type, which SOAP forbids; heed reads none: is "
                "there something between heed and the CRM that changes answers?");
  }
}

/// Asks for the page that follows the one just received; its records are read meanwhile.
void Wire::Codec::look_ahead() {
  const auto locator = locator_in(in.body);
  if (!locator) return;
  Codec next(transport, clock, options);
  next.session = session;
  next.begin(url, true);
  next.ask_for_pages();
  _tns__queryMore question;
  question.queryLocator = *locator;
  const int code = next.proxy.send_queryMore(url.c_str(), "", &question);
  if (code == SOAP_OK) {
    ++calls;
    transport.begin(next.request());
  }
}

std::size_t Wire::Codec::on_read(soap* s, char* to, std::size_t size) {
  auto& codec = self(s);
  const std::size_t n = std::min(size, codec.in.body.size() - codec.read);
  std::copy_n(codec.in.body.data() + codec.read, n, to);
  codec.read += n;
  return n;
}

void Wire::Codec::begin(const std::string& to, bool with_session) {
  soap* s = proxy.soap;
  target = to;
  pending = undecodable = nullptr;
  in = {};
  proxy.soap_noheader();
  s->header = soap_new_SOAP_ENV__Header(s);
  s->header->tns__CallOptions = soap_new__tns__CallOptions(s);
  s->header->tns__CallOptions->client = soap_new_std__string(s);
  *s->header->tns__CallOptions->client = options.client;
  if (!with_session) return;
  s->header->tns__SessionHeader = soap_new__tns__SessionHeader(s);
  s->header->tns__SessionHeader->sessionId = session;
}

void Wire::Codec::ask_for_pages() {
  auto* asked = soap_new__tns__QueryOptions(proxy.soap);
  asked->batchSize = soap_new_int(proxy.soap);
  *asked->batchSize = options.page_size;
  proxy.soap->header->tns__QueryOptions = asked;
}

void Wire::Codec::decode(Decoder& decoder, const heed_sObject& record) {
  if (undecodable) return;
  try {
    decoder.row(record);
  } catch (...) {
    undecodable = std::current_exception();
  }
}

Fault Wire::Codec::fault_of() {
  const soap* s = proxy.soap;
  // The codes of SOAP's own come as errors of their own; all other errors are the parser's.
  const bool told =
      s->error == SOAP_FAULT || s->error == SOAP_CLI_FAULT || s->error == SOAP_SVR_FAULT;
  Fault fault = told && s->fault != nullptr ? fault_in(*s->fault, in.body) : fault_without_soap(in);
  fault.retry_after = retry_after(in, clock.now());
  return fault;
}

void Wire::Codec::read_usage() {
  const auto* header = proxy.soap->header;
  if (header == nullptr || header->tns__LimitInfoHeader == nullptr) return;
  for (const auto* info : header->tns__LimitInfoHeader->limitInfo) {
    if (info != nullptr && info->type == "API REQUESTS") {
      usage = Usage{info->current, info->limit};
    }
  }
}

}  // namespace heed::crm
