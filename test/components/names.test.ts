import { expect, test } from "vitest";
import { assertWorkspaceName, nameLimits, resourceName } from "../../components/names.ts";

test("a name that fits is the workspace's and what it is for", () => {
  expect(resourceName("shop", "executor", nameLimits.serviceAccount)).toBe("shop-executor");
  expect(resourceName("shop", "", nameLimits.service)).toBe("shop");
});

test("a name that does not fit is cut and told apart by its digest", () => {
  const first = resourceName("a-very-long-workspace-name-indeed", "executor", 30);
  const second = resourceName("a-very-long-workspace-name-indeed", "migrator", 30);
  expect(first).toMatch(/^a-very-long-workspace-n[a-z-]*-[a-z2-7]{6}$/);
  expect(first.length).toBeLessThanOrEqual(30);
  expect(first).not.toBe(second);
});

test("the shortest workspace name gives service account ids of at least six characters", () => {
  for (const duty of ["executor", "migrator", "admin", "scheduler"]) {
    expect(resourceName("a", duty, nameLimits.serviceAccount).length).toBeGreaterThanOrEqual(6);
  }
});

test.each(["Shop", "1shop", "shop-", "shop_one", "", "s".repeat(64)])("%j cannot name a workspace", (name) => {
  expect(() => assertWorkspaceName(name)).toThrow(/cannot name a workspace/);
});
