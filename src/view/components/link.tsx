import type { ComponentChildren } from "preact";
import { addressOf, navigate } from "../app/navigation.ts";
import type { Route } from "../app/route.ts";

/** A link to another state of the view. With a modifier key, browsers open it in another tab. */
export function Link({
  to,
  children,
  ...rest
}: {
  readonly to: Route;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly "aria-current"?: "page";
}) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void navigate(to);
  };
  return (
    <a href={addressOf(to)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
