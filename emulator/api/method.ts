import type { DescribedMethod, Description } from "./descriptions.ts";
import { methodsOf } from "./descriptions.ts";

/** A described method with the pattern that its paths match. */
export interface Method {
  readonly described: DescribedMethod;
  readonly description: Description;
  readonly pattern: RegExp;
  readonly parameterNames: readonly string[];
  /** What stands before and after the `{+name}` of the templated path, when it has one. */
  readonly resource: { readonly before: string; readonly after: string } | undefined;
}

/** A request's method and what its path says. */
export interface Match {
  readonly method: Method;
  /** Path parameters by their names in `flatPath`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The value of `{+name}` or `{+parent}`: a full resource name; "" where the path has none. */
  readonly resource: string;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function compile(description: Description, described: DescribedMethod): Method {
  const flat = description.servicePath + (described.flatPath ?? described.path);
  const parts = flat.split(/\{\+?(\w+)\}/);
  const source = parts.map((part, index) => (index % 2 === 0 ? escape(part) : "([^/]+)")).join("");
  const [, before, after] = /^(.*)\{\+\w+\}(.*)$/.exec(description.servicePath + described.path) ?? [];
  return {
    described,
    description,
    pattern: new RegExp(`^${source}$`),
    parameterNames: parts.filter((_, index) => index % 2 === 1),
    resource: before === undefined || after === undefined ? undefined : { before, after },
  };
}

function literalLength(method: Method): number {
  return method.pattern.source.replaceAll("([^/]+)", "").length;
}

/** Compiles a description to its methods, the most literal path first: `:verb` before the plain name it also matches. */
export function compileMethods(description: Description): readonly Method[] {
  const methods = methodsOf(description).map((described) => compile(description, described));
  return methods.sort((a, b) => literalLength(b) - literalLength(a));
}

/** Finds the method that an HTTP request (path without leading slash) means; undefined when Google has none. */
export function matchMethod(methods: readonly Method[], httpMethod: string, path: string): Match | undefined {
  for (const method of methods) {
    if (method.described.httpMethod !== httpMethod) continue;
    const found = method.pattern.exec(path);
    if (found === null) continue;
    const parameters = Object.fromEntries(
      method.parameterNames.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]),
    );
    const { before, after } = method.resource ?? { before: path, after: "" };
    return { method, parameters, resource: decodeURIComponent(path.slice(before.length, path.length - after.length)) };
  }
  return undefined;
}
