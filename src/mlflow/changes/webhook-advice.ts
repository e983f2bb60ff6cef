/** MLflow's reasons for not calling a webhook address (3.8 to 3.17), with what to do about each. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid webhook URL scheme/,
    "Use an https address, or set MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https on the MLflow server.",
  ],
  [
    /non-public IP address|not a public IP address/,
    "The address is in a private network: set MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true on the MLflow server.",
  ],
  [
    /Cannot resolve|Failed to resolve|Name or service not known/i,
    "Use an address whose host name the MLflow server can resolve.",
  ],
  [
    /Connection refused/i,
    "Nothing listens at this address: start the http command, or correct the address.",
  ],
  [
    /timed out/i,
    "The address did not answer in time: check that the MLflow server can reach it over the network.",
  ],
  [
    /SSLError|CERTIFICATE_VERIFY_FAILED/,
    "Install a certificate that the MLflow server trusts at this address.",
  ],
];

/** One or two sentences of advice; empty for an unknown reason. */
export function adviseOnWebhook(reason: string): string {
  return advice.find(([pattern]) => pattern.test(reason))?.[1] ?? "";
}
