import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  DependencyInfo,
  GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";

/** The direct dependencies of a program's package.json (`pulumi about`), with the versions it asks for. */
export async function readDependencies(
  request: GetProgramDependenciesRequest,
): Promise<GetProgramDependenciesResponse> {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const manifest: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return new language.GetProgramDependenciesResponse().setDependenciesList(
    Object.entries(readRecord(manifest, "dependencies")).map(describe),
  );
}

function describe([name, version]: readonly [string, unknown]): DependencyInfo {
  return new language.DependencyInfo().setName(name).setVersion(String(version));
}

function readRecord(manifest: unknown, key: string): object {
  if (typeof manifest !== "object" || manifest === null || !(key in manifest)) return {};
  const value: unknown = Reflect.get(manifest, key);
  return typeof value === "object" && value !== null ? value : {};
}
