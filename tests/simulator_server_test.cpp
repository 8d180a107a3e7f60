#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "heed/error.hpp"
#include "simulator/server.hpp"
#include "simulator/simulator.hpp"
#include "simulator/story.hpp"
#include "support/soap_caller.hpp"

using heed::http::Curl;
using heed::simulated::Fault;
using heed::simulated::Server;
using heed::simulated::Simulator;
using heed::support::count_of;
using heed::support::SoapCaller;

TEST_CASE("the simulator answers on a port as it does in process", "[simulator][threads]") {
  Simulator crm;
  Server server(crm, 0);
  Curl network({});
  SoapCaller caller(network, server.url() + "/services/Soap/u/58.0");
  caller.login("heed@example.org", "correct-horse");
  CHECK(caller.url().starts_with(server.url() + "/services/Soap/u/58.0/00D"));
  // Long enough to be compressed, and several on one connection.
  for (int i = 0; i < 3; ++i) {
    CHECK(count_of(caller.query("SELECT Id, Name FROM Contact").body, "<records ") == 20);
  }
  CHECK(caller.query("SELECT Nonsense FROM Contact").status == 500);
}

TEST_CASE("several clients are answered at once", "[simulator][threads]") {
  Simulator crm;
  Server server(crm, 0);
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      Curl network({});
      SoapCaller caller(network, server.url() + "/services/Soap/u/58.0");
      caller.login("heed@example.org", "correct-horse");
      for (int n = 0; n < 5; ++n) {
        if (caller.query("SELECT Id FROM Lead").status == 200) ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  CHECK(answered == 20);
}

TEST_CASE("a running org is moved on by posting lines of a story", "[simulator][threads]") {
  Simulator crm;
  Server server(crm, 0, [&](const std::string& lines) {
    return heed::simulated::tell(crm, lines, "control");
  });
  Curl network({});
  heed::http::Request request;
  request.url = server.url() + "/control";
  request.body = "advance 1 day";
  CHECK(network.send(request).body == "it is 2026-03-03T09:00:00Z\n");
  request.body = "advance backwards";
  CHECK(network.send(request).status == 400);
}

TEST_CASE("an ordered reset is a lost connection to the client", "[simulator][threads]") {
  Simulator crm;
  Server server(crm, 0);
  Curl network({});
  SoapCaller caller(network, server.url() + "/services/Soap/u/58.0");
  Fault reset;
  reset.kind = Fault::Kind::reset;
  crm.fail(1, reset);
  CHECK_THROWS_AS(caller.login("heed@example.org", "correct-horse"), heed::Error);
  CHECK(caller.login("heed@example.org", "correct-horse").status == 200);
}
