import { de as common } from "./common.ts";
import { de as compare } from "./compare.ts";
import { de as difference } from "./difference.ts";
import { de as edit } from "./edit.ts";
import { de as editFields } from "./edit-fields.ts";
import { de as evaluate } from "./evaluate.ts";
import { de as examples } from "./examples.ts";
import { de as history } from "./history.ts";
import { de as list } from "./list.ts";
import { de as promote } from "./promote.ts";
import { de as prompt } from "./prompt.ts";
import { de as signIn } from "./sign-in.ts";

/** All texts in German, by part. The build writes them beside the page. */
export const catalogue = {
  common,
  compare,
  difference,
  edit,
  editFields,
  evaluate,
  examples,
  history,
  list,
  promote,
  prompt,
  signIn,
};
