import { expect, test } from "vitest";
import { attemptToken } from "../../components/service/attempt-token.ts";

test("a migration that was never tried gets its base token", () => {
  expect(attemptToken("abc", undefined)).toBe("abc");
  expect(attemptToken("abc", { token: "other", isReady: true })).toBe("abc");
  expect(attemptToken("abc", { token: "other", isReady: false })).toBe("abc");
});

test("one that succeeded keeps its token, so that nothing runs again", () => {
  expect(attemptToken("abc", { token: "abc", isReady: true })).toBe("abc");
  expect(attemptToken("abc", { token: "abc-3", isReady: true })).toBe("abc-3");
});

test("one that failed gets the next attempt's", () => {
  expect(attemptToken("abc", { token: "abc", isReady: false })).toBe("abc-2");
  expect(attemptToken("abc", { token: "abc-9", isReady: false })).toBe("abc-10");
});

test("a token that only looks alike is another migration's", () => {
  expect(attemptToken("abc", { token: "abc-x", isReady: false })).toBe("abc");
  expect(attemptToken("abc", { token: "abcd", isReady: false })).toBe("abc");
});
