import { Link } from "../components/link.tsx";
import { common } from "../texts/common.ts";

/** What an address shows that names nothing. */
export function MissingPage() {
  return (
    <>
      <h1 tabIndex={-1}>{common().missing}</h1>
      <p>
        <Link to={{ page: "list", filters: {} }}>{common().missingHelp}</Link>
      </p>
    </>
  );
}
