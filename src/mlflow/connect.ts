import { buildConnector, errors } from "undici";
import type { TlsConnect } from "./tls.ts";

/**
 * Connects within a time limit. undici has one too, whose timer is half a second late at times; it
 * stays behind ours to end what is still connecting then.
 */
export function connector(timeoutMs: number, tls: TlsConnect = {}): buildConnector.connector {
  const connect = buildConnector({ ...tls, timeout: timeoutMs });
  return (target, callback) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      callback(new errors.ConnectTimeoutError(), null);
    }, timeoutMs);
    connect(target, (...connected) => {
      clearTimeout(timer);
      if (!late) callback(...connected);
      else connected[1]?.destroy();
    });
  };
}
