/** URLs, IPv4 addresses, and IPv6 addresses in brackets, with a port or without. */
const addresses = [
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]]+/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5})?/g,
  /\[[0-9a-f:.]{2,45}\](?::\d{1,5})?/gi,
];

/** A text of others, without what it says of where something is in the network. */
export function withoutAddresses(text: string): string {
  return addresses.reduce((rest, pattern) => rest.replace(pattern, "[address]"), text);
}
