import { Link } from "../../components/link.tsx";
import { common } from "../../texts/common.ts";
import { listTexts } from "../../texts/list.ts";
import { type Filters, givenFilters, searchOf } from "./filters.ts";
import { Results } from "./results.tsx";
import { SearchForm } from "./search-form.tsx";
import { usePages } from "./use-pages.ts";

/** Finds prompts. */
export function ListPage({ filters }: { readonly filters: Filters }) {
  const found = usePages(searchOf(filters));
  const given = Object.keys(givenFilters(filters)).filter((field) => field !== "order");
  return (
    <>
      <div class="list-head">
        <h1 tabIndex={-1}>{common().prompts}</h1>
        <Link to={{ page: "new" }}>{listTexts().create}</Link>
      </div>
      <SearchForm filters={filters} />
      <Results found={found} isAll={given.length === 0} />
    </>
  );
}
