import process from "node:process";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/server/validators/ajv";

/** What the SDK itself takes from Node: a bare server is the SDK as it comes. */
export class DefaultJsonSchemaValidator extends AjvJsonSchemaValidator {}
export { process };
