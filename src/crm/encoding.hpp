#pragma once

#include <string>
#include <string_view>

namespace heed::crm {

/// Makes `body`, the XML of an answer in whatever encoding, UTF-8, and returns where its XML
/// begins: behind the byte order mark, the XML declaration and white space. What is no character in
/// its encoding becomes a byte that is none in UTF-8 either, so that it is replaced and counted
/// where the text is read, as all others; UTF-8 is left as it came.
///
/// The encoding is, in this order, what the byte order mark says; what the first bytes show (UTF-16
/// has zeros there); and what the declaration or the header's charset says. Where these two differ
/// and one says UTF-8, the bytes decide: everybody writes UTF-8 into a header, and few look.
/// Latin-1 is read as Windows-1252, which differs only where Latin-1 has control characters. An
/// encoding that this machine does not know is read as UTF-8.
std::size_t to_utf8(std::string& body, std::string_view content_type);

/// Whether `xml` has a document type before its first element. SOAP forbids it, and what it may
/// define is how a small answer grows large.
bool has_dtd(std::string_view xml);

/// Whether `text` begins as an HTML page does.
bool is_html(std::string_view text);

}  // namespace heed::crm
