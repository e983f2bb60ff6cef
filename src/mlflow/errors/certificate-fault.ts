/** What is wrong with a certificate, as the end of a sentence, and what to do about it. */
interface CertificateFault {
  readonly fault: string;
  readonly todo: string;
}

/** By the codes of Node, which are those of OpenSSL. */
const faults: ReadonlyMap<string, CertificateFault> = new Map([
  [
    "CERT_HAS_EXPIRED",
    {
      fault: ": it has expired",
      todo: "renew it on the server, or check the clock of this machine",
    },
  ],
  [
    "CERT_NOT_YET_VALID",
    {
      fault: ": it is not valid yet",
      todo: "check the clock of this machine",
    },
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    {
      fault: ": it is for another host",
      todo: "write the host in MLFLOW_TRACKING_URI as the certificate names it, or give the server one for this host",
    },
  ],
]);

/** Every other code: nobody who is trusted has signed it. */
export function certificateFault(code: string): CertificateFault {
  const todo = "set MLFLOW_TRACKING_SERVER_CERT_PATH to the file of its certificate authority";
  return faults.get(code) ?? { fault: ` (${code})`, todo };
}
