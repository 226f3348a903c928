export const previewFormats = ["text", "markdown", "json", "sarif", "junit", "github"] as const;

export type PreviewFormat = (typeof previewFormats)[number];
