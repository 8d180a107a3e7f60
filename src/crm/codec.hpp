#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "crm/decode.hpp"
#include "crm/wire.hpp"
#include "heed/http.hpp"
#include "heed/http/ahead.hpp"
#include "soapSoapBindingProxy.h"
#include "wire/reader.hpp"

namespace heed::crm {

/// gSOAP as a codec. Its hooks hand the request's XML to the transport and read the answer's from a
/// string; no exception crosses its frames.
struct Wire::Codec {
  http::Ahead& transport;
  const Clock& clock;
  Options options;
  SoapBindingProxy proxy;
  std::string url, session;
  std::string target;  ///< of the call under way
  std::string out;
  http::Response in;
  std::size_t read = 0;
  std::exception_ptr pending;
  std::exception_ptr undecodable;  ///< of an answer that can be read otherwise
  heed_Taking taking;
  std::int64_t calls = 0;
  std::optional<Usage> usage;
  bool looks_ahead = false;

  Codec(http::Ahead& t, const Clock& c, const Options& o);

  /// One call: `send` makes it and fills the answer, `take` turns the answer into heed's words.
  template <class Send, class Take>
  auto call(const std::string& to, bool with_session, Send send, Take take)
      -> Reply<decltype(take())> {
    struct Arena {  // frees what the call built, whichever way it ends
      SoapBindingProxy& proxy;
      ~Arena() { proxy.destroy(); }
    } arena{proxy};
    begin(to, with_session);
    const bool answered = send() == SOAP_OK;
    if (pending) std::rethrow_exception(pending);
    read_usage();
    if (!answered) return fault_of();
    if (undecodable) std::rethrow_exception(undecodable);
    return take();
  }

  /// A call whose answer is records of `shape`: `send` makes it, into an Answer; `finish` takes
  /// from that what is not records.
  template <class Answer, class Send, class Finish>
  Reply<Page> page(std::shared_ptr<const Shape> shape, Send send, Finish finish) {
    Page page(std::move(shape));
    Decoder decoder(page);
    taking.take = [&](const heed_sObject& record) { decode(decoder, record); };
    Answer answer;
    return call(
        url, true,
        [&] {
          ask_for_pages();
          hand_over(proxy.soap, &taking);
          const int code = send(answer);
          hand_over(proxy.soap, nullptr);
          return code;
        },
        [&] {
          finish(page, answer);
          return std::move(page);
        });
  }

 private:
  static Codec& self(soap* s) { return *static_cast<Codec*>(s->user); }
  static int on_connect(soap* s, const char*, const char*, int);
  static int on_send(soap* s, const char* data, std::size_t size);
  static int on_receive(soap* s);
  static std::size_t on_read(soap* s, char* to, std::size_t size);

  void begin(const std::string& to, bool with_session);
  void ask_for_pages();
  http::Request request();
  void exchange();
  void look_ahead();
  void decode(Decoder& decoder, const heed_sObject& record);
  Fault fault_of();
  void read_usage();
};

}  // namespace heed::crm
