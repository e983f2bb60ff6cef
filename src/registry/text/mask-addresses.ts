/** IPv4 addresses, and IPv6 addresses in brackets, with or without a port. */
const addresses = [
  /\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5})?/g,
  /\[[0-9a-f:.]{2,45}\](?::\d{1,5})?/gi,
];

/** How PostgreSQL's messages name a host and a port. */
const namedHosts = /\b(?:host name|host|server at|server on) "[^"]{1,255}"|\bport \d{1,5}\b/g;

const words = /[^\s"'<>()[\],;]+/g;
/** A host that begins with a letter, and a port. */
const hostAndPort = /^[a-z][a-z0-9.-]{0,254}:\d{3,5}[.:]?$/i;

const schemeEnd = "://";
const schemeCharacter = /[a-z0-9+.-]/i;
const urlEnd = /[\s"'<>)\]]/;

/** Replaces URLs, network addresses and hosts with a port in a foreign text. */
export function maskAddresses(text: string): string {
  const masked = maskUrls(text)
    .replace(namedHosts, "[address]")
    .replace(words, (word) => (hostAndPort.test(word) ? "[address]" : word));
  return addresses.reduce((rest, pattern) => rest.replace(pattern, "[address]"), masked);
}

function maskUrls(text: string): string {
  let rest = "";
  let from = 0;
  for (let at = text.indexOf(schemeEnd); at !== -1; at = text.indexOf(schemeEnd, from)) {
    let start = at;
    while (start > from && schemeCharacter.test(text.charAt(start - 1))) start -= 1;
    let end = at + schemeEnd.length;
    while (end < text.length && !urlEnd.test(text.charAt(end))) end += 1;
    rest += `${text.slice(from, start)}[address]`;
    from = end;
  }
  return rest + text.slice(from);
}
