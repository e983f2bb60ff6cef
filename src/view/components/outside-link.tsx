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
  if (openLink === undefined || isRefused) {
    return (
      <span role={isRefused ? "status" : undefined}>
        {children} ({common().copyAddress} <PlainText text={to} />)
      </span>
    );
  }
  return (
    <a
      href={to}
      onClick={(event) => {
        event.preventDefault();
        openLink(to).catch(() => setRefused(true));
      }}
    >
      {children}
    </a>
  );
}
