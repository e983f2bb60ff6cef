import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { connection } from "../app/server.ts";
import { common } from "../texts/common.ts";
import { PlainText } from "./plain-text.tsx";

/** A link out of the view. Where the host opens none, its address stands there to be copied. */
export function OutsideLink({
  to,
  children,
}: {
  readonly to: string;
  readonly children: ComponentChildren;
}) {
  const [isRefused, setRefused] = useState(false);
  const openLink = connection.value?.openLink;
  const address = (
    <span role={isRefused ? "status" : undefined}>
      {" "}
      ({common().copyAddress} <PlainText text={to} />)
    </span>
  );
  if (openLink === undefined) {
    return (
      <span>
        {children}
        {address}
      </span>
    );
  }
  return (
    <>
      <a
        href={to}
        onClick={(event) => {
          event.preventDefault();
          openLink(to).catch(() => setRefused(true));
        }}
      >
        {children}
      </a>
      {/* Beside the link, which may have the focus. */}
      {isRefused && address}
    </>
  );
}
