import { OutsideLink } from "./outside-link.tsx";
import { PlainText } from "./plain-text.tsx";

/** The ID of a trace, which leads to MLflow's page of it where there is one. */
export function TraceId({ id, url }: { readonly id: string; readonly url?: string | undefined }) {
  if (url === undefined || !/^https?:/.test(url)) return <PlainText text={id} />;
  return (
    <OutsideLink to={url}>
      <PlainText text={id} />
    </OutsideLink>
  );
}
