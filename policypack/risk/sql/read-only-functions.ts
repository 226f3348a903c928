import { isJsonObject, type JsonObject, type JsonValue } from "@lintel/specs";

/** Functions of pg_catalog that are immutable or stable and neither write, lock, wait, nor read files or settings. */
const listed: ReadonlySet<string> = new Set(
  [
    "abs ceil ceiling div exp floor ln log mod power round sign sqrt trunc width_bucket greatest least",
    "acos asin atan atan2 cbrt cos cot degrees factorial gcd lcm log10 min_scale pi radians scale sin tan trim_scale",
    "avg bit_and bit_or bool_and bool_or corr count covar_pop covar_samp every max min mode sum any_value",
    "percentile_cont percentile_disc stddev stddev_pop stddev_samp variance var_pop var_samp",
    "array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg",
    "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number",
    "ascii btrim char_length character_length chr concat concat_ws initcap left length lower lpad ltrim md5 octet_length",
    "overlay position repeat replace reverse right rpad rtrim split_part starts_with strpos substr substring translate trim upper",
    "bit_length format quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match",
    "regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr",
    "encode decode sha224 sha256 sha384 sha512 to_char to_date to_number to_timestamp to_hex normalize",
    "age date_bin date_part date_trunc extract isfinite justify_days justify_hours justify_interval make_date make_interval",
    "make_time make_timestamp make_timestamptz now statement_timestamp timezone transaction_timestamp",
    "array_append array_cat array_dims array_length array_lower array_position array_positions array_prepend array_remove",
    "array_fill array_ndims array_to_json trim_array string_to_table lower_inf upper_inf regr_slope regr_intercept regr_r2",
    "array_replace array_to_string array_upper cardinality string_to_array unnest generate_series generate_subscripts",
    "json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text",
    "json_extract_path json_extract_path_text json_object json_object_keys json_strip_nulls json_typeof to_json row_to_json",
    "jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each",
    "jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object jsonb_object_keys jsonb_path_exists",
    "jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls",
    "jsonb_insert jsonb_set_lax json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset",
    "jsonb_typeof to_jsonb num_nonnulls num_nulls nullif coalesce lower_inc upper_inc isempty range_merge",
    "daterange int4range int8range numrange tsrange tstzrange similar_to_escape like_escape overlaps",
    "to_tsquery to_tsvector plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline",
  ].flatMap((line) => line.split(" ")),
);

/** The name of the function that the call names, unless it is on the list. */
export function unlistedFunction(call: JsonObject): string | undefined {
  const parts = namesOf(call["funcname"]);
  return isBuiltIn(parts) && listed.has(parts.at(-1) ?? "") ? undefined : parts.join(".");
}

/** Whether a name is unqualified or of pg_catalog. */
export function isBuiltIn(parts: readonly string[]): boolean {
  return parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog");
}

/** The texts of a list of String nodes. */
export function namesOf(list: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((item) => {
    const text = isJsonObject(item) && isJsonObject(item["String"]) ? item["String"]["sval"] : undefined;
    return typeof text === "string" ? [text] : [];
  });
}
