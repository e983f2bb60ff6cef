import type { ComponentProps } from "preact";
import { usePassFocusOn } from "../app/focus-heading.ts";

/** A button that may go when it is pressed, or while it has the focus. */
export function FleetingButton(rest: ComponentProps<"button">) {
  return <button {...rest} ref={usePassFocusOn<HTMLButtonElement>()} type="button" />;
}
