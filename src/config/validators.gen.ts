// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { CommandOptions, ConfigFile, EvaluationFile, ExternalOptions, GitOptions, ImageOptions, PathOptions, ValueOptions } from '../core/model.gen.ts'

/** Why a value was refused: the first rule that it breaks. */
export interface Refusal {
  /** JSON Pointer to the value, '' for the whole. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** True if the value has the shape; if not, `errors` says why, until the next call. */
export interface Validator<T> {
  (value: unknown): value is T
  readonly errors?: readonly Refusal[] | null
}

const checkedConfigFile = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"config.schema.json","title":"ConfigFile","description":"aiship.yaml as it is written. What stands under a kind key of a component (path, value, …) is described in drivers/.","type":"object","additionalProperties":false,"required":["version","app","components"],"properties":{"version":{"description":"Format of this file.","const":1},"app":{"description":"Name of the app.","type":"string"},"registry":{"description":"A folder, relative to this file, or a URL.","type":"string","pattern":"^[^\\u0000]+$"},"components":{"description":"Name to component.","type":"object","minProperties":1,"additionalProperties":{"title":"ComponentFile","type":"object","required":["role"],"properties":{"role":{"$ref":"common.schema.json#/$defs/role"},"from":{"description":"Components that it was made of.","type":"array","items":{"type":"string"}},"links":{"description":"Symbolic links that lead out of the component.","type":"string","enum":["refuse","follow"]},"scan":{"description":"Look for tokens whatever the role.","type":"string","enum":["auto","full"]},"dedup":{"description":"How its large files are stored: `chunks` as the difference from an older one where that saves much, `auto` only where role and size promise it.","type":"string","enum":["auto","whole","chunks"]},"mode":{"description":"With `path`: hash, and leave the bytes where they are.","type":"string","enum":["hash"]},"to":{"description":"Where a value, command or git component stands in a checkout.","type":"string","pattern":"^[^\\u0000]+$"}}}},"commands":{"type":"object","additionalProperties":false,"properties":{"predict":{"description":"JSON lines in, JSON lines out, run from a checkout of the bundle.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}},"adapt":{"description":"What a replay asks before `predict`, where this bundle takes other inputs than earlier ones: JSON lines in, `{\"id\", \"input\"}` out.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}},"evaluate":{"description":"Prints one JSON object of metrics.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}}}},"ignore":{"description":"Globs left out of every component; \"!…\" takes a default back.","type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}},"pointers":{"type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/pointerRules"}},"gates":{"description":"What a release can be asked to prove, by name.","type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/gate"}},"secrets":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["fingerprint","path","reason"],"properties":{"path":{"description":"Glob.","type":"string","pattern":"^[^\\u0000]+$"},"fingerprint":{"description":"As the refusal printed it.","type":"string","pattern":"^k1:[0-9a-f]+$"},"reason":{"type":"string","pattern":"\\S"}}}}}}}};
const schema33 = {"description":"What a component is; it implies the layer.","type":"string","enum":["dataset","eval-set","embedding-index","feature-pipeline","tokenizer","embedder","model-weights","model","hyperparameters","prompt","tool-schema","agent-routing","guardrail","inference-code","runtime"]};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[^\\u0000]+$", "u");
const pattern6 = new RegExp("^[^\\u0000]*$", "u");
const pattern16 = new RegExp("^k1:[0-9a-f]+$", "u");
const pattern17 = new RegExp("\\S", "u");
const schema35 = {"description":"A time in which nothing moves forward: `from` and `until`, or each week on `days` in `hours`.","type":"object","additionalProperties":false,"properties":{"from":{"description":"A date, or a time with its offset.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"until":{"description":"The first moment after it.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"days":{"description":"Every day where nothing is said.","type":"array","minItems":1,"items":{"type":"string","enum":["mon","tue","wed","thu","fri","sat","sun"]}},"hours":{"description":"The whole day where nothing is said.","type":"string","pattern":"^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},"zone":{"description":"Time zone of days and hours; UTC where nothing is said.","type":"string"},"reason":{"type":"string"}}};
const pattern10 = new RegExp("^[0-9]{1,6}[smhd]$", "u");
const pattern11 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$", "u");
const pattern13 = new RegExp("^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "u");

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "protected") || (key0 === "require")) || (key0 === "from")) || (key0 === "soak")) || (key0 === "freeze"))){
validate22.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.protected !== undefined){
const _errs2 = errors;
if(typeof data.protected !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/protected",schemaPath:"#/properties/protected/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.require !== undefined){
let data1 = data.require;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length < 1){
validate22.errors = [{instancePath:instancePath+"/require",schemaPath:"#/properties/require/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
const _errs6 = errors;
if(typeof data1[i0] !== "string"){
validate22.errors = [{instancePath:instancePath+"/require/" + i0,schemaPath:"#/properties/require/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/require",schemaPath:"#/properties/require/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.from !== undefined){
let data3 = data.from;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data3)){
if(data3.length < 1){
validate22.errors = [{instancePath:instancePath+"/from",schemaPath:"#/properties/from/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid2 = true;
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
const _errs10 = errors;
if(typeof data3[i1] !== "string"){
validate22.errors = [{instancePath:instancePath+"/from/" + i1,schemaPath:"#/properties/from/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs10 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/from",schemaPath:"#/properties/from/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.soak !== undefined){
let data5 = data.soak;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data5 === "string"){
if(!pattern10.test(data5)){
validate22.errors = [{instancePath:instancePath+"/soak",schemaPath:"#/properties/soak/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/soak",schemaPath:"#/properties/soak/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.freeze !== undefined){
let data6 = data.freeze;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data6)){
if(data6.length < 1){
validate22.errors = [{instancePath:instancePath+"/freeze",schemaPath:"#/properties/freeze/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid3 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs16 = errors;
const _errs17 = errors;
if(errors === _errs17){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
const _errs19 = errors;
for(const key1 in data7){
if(!((((((key1 === "from") || (key1 === "until")) || (key1 === "days")) || (key1 === "hours")) || (key1 === "zone")) || (key1 === "reason"))){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2,schemaPath:"#/$defs/freeze/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs19 === errors){
if(data7.from !== undefined){
let data8 = data7.from;
const _errs20 = errors;
if(errors === _errs20){
if(typeof data8 === "string"){
if(!pattern11.test(data8)){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/from",schemaPath:"#/$defs/freeze/properties/from/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/from",schemaPath:"#/$defs/freeze/properties/from/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs20 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.until !== undefined){
let data9 = data7.until;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data9 === "string"){
if(!pattern11.test(data9)){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/until",schemaPath:"#/$defs/freeze/properties/until/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/until",schemaPath:"#/$defs/freeze/properties/until/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs22 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.days !== undefined){
let data10 = data7.days;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data10)){
if(data10.length < 1){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days",schemaPath:"#/$defs/freeze/properties/days/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
let data11 = data10[i3];
const _errs26 = errors;
if(typeof data11 !== "string"){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days/" + i3,schemaPath:"#/$defs/freeze/properties/days/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((data11 === "mon") || (data11 === "tue")) || (data11 === "wed")) || (data11 === "thu")) || (data11 === "fri")) || (data11 === "sat")) || (data11 === "sun"))){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days/" + i3,schemaPath:"#/$defs/freeze/properties/days/items/enum",keyword:"enum",params:{allowedValues: schema35.properties.days.items.enum}}];
return false;
}
var valid6 = _errs26 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days",schemaPath:"#/$defs/freeze/properties/days/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs24 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.hours !== undefined){
let data12 = data7.hours;
const _errs28 = errors;
if(errors === _errs28){
if(typeof data12 === "string"){
if(!pattern13.test(data12)){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/hours",schemaPath:"#/$defs/freeze/properties/hours/pattern",keyword:"pattern",params:{pattern: "^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/hours",schemaPath:"#/$defs/freeze/properties/hours/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs28 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.zone !== undefined){
const _errs30 = errors;
if(typeof data7.zone !== "string"){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/zone",schemaPath:"#/$defs/freeze/properties/zone/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs30 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.reason !== undefined){
const _errs32 = errors;
if(typeof data7.reason !== "string"){
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2+"/reason",schemaPath:"#/$defs/freeze/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs32 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze/" + i2,schemaPath:"#/$defs/freeze/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs16 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/freeze",schemaPath:"#/properties/freeze/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema36 = {"description":"What a release must prove. One of: `metric` with a bound, `roles`, `components`, `allow_formats`, `git`, `approvals`; the code says which keys go together.","type":"object","additionalProperties":false,"properties":{"evidence":{"description":"What it looks at.","type":"string","enum":["evaluation"]},"metric":{"$ref":"#/$defs/metricName"},"min":{"description":"The least that the metric may be.","type":"number"},"max":{"description":"The most that the metric may be.","type":"number"},"max_drop_vs":{"description":"The metric must not be lower than that of what this pointer says now.","type":"string"},"max_rise_vs":{"description":"The metric must not be higher than that of what this pointer says now.","type":"string"},"by":{"description":"So much worse it may be; 0 where nothing is said.","type":"number","minimum":0},"confidence":{"description":"Decides by the interval of the difference instead of the difference.","type":"number","enum":[0.9,0.95,0.99]},"eval_set":{"description":"The component that it must have been measured on.","type":"string"},"same":{"description":"An evaluation of another bundle counts too while these components are the same.","type":"array","minItems":1,"items":{"type":"string"}},"same_runtime":{"description":"The runtime that was found must be the bundle's.","type":"boolean","const":true},"roles":{"description":"Each must be there.","type":"array","minItems":1,"items":{"$ref":"#/$defs/role"}},"components":{"description":"Each must be there.","type":"array","minItems":1,"items":{"type":"string"}},"allow_formats":{"description":"Weights in any other format are refused; `other` is a file of no known format.","type":"array","minItems":1,"items":{"type":"string"}},"git":{"description":"Bundled from a commit, with nothing changed since.","type":"string","enum":["clean"]},"approvals":{"description":"So many people, of whom none made the bundle.","type":"integer","minimum":1,"maximum":100}}};
const pattern14 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema36.properties, key0))){
validate24.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.evidence !== undefined){
let data0 = data.evidence;
const _errs2 = errors;
if(typeof data0 !== "string"){
validate24.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data0 === "evaluation")){
validate24.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/enum",keyword:"enum",params:{allowedValues: schema36.properties.evidence.enum}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.metric !== undefined){
let data1 = data.metric;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern14.test(data1)){
validate24.errors = [{instancePath:instancePath+"/metric",schemaPath:"#/$defs/metricName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/metric",schemaPath:"#/$defs/metricName/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.min !== undefined){
let data2 = data.min;
const _errs7 = errors;
if(!((typeof data2 == "number") && (isFinite(data2)))){
validate24.errors = [{instancePath:instancePath+"/min",schemaPath:"#/properties/min/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.max !== undefined){
let data3 = data.max;
const _errs9 = errors;
if(!((typeof data3 == "number") && (isFinite(data3)))){
validate24.errors = [{instancePath:instancePath+"/max",schemaPath:"#/properties/max/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.max_drop_vs !== undefined){
const _errs11 = errors;
if(typeof data.max_drop_vs !== "string"){
validate24.errors = [{instancePath:instancePath+"/max_drop_vs",schemaPath:"#/properties/max_drop_vs/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.max_rise_vs !== undefined){
const _errs13 = errors;
if(typeof data.max_rise_vs !== "string"){
validate24.errors = [{instancePath:instancePath+"/max_rise_vs",schemaPath:"#/properties/max_rise_vs/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.by !== undefined){
let data6 = data.by;
const _errs15 = errors;
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 0 || isNaN(data6)){
validate24.errors = [{instancePath:instancePath+"/by",schemaPath:"#/properties/by/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/by",schemaPath:"#/properties/by/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.confidence !== undefined){
let data7 = data.confidence;
const _errs17 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate24.errors = [{instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/type",keyword:"type",params:{type: "number"}}];
return false;
}
if(!(((data7 === 0.9) || (data7 === 0.95)) || (data7 === 0.99))){
validate24.errors = [{instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/enum",keyword:"enum",params:{allowedValues: schema36.properties.confidence.enum}}];
return false;
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.eval_set !== undefined){
const _errs19 = errors;
if(typeof data.eval_set !== "string"){
validate24.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"#/properties/eval_set/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.same !== undefined){
let data9 = data.same;
const _errs21 = errors;
if(errors === _errs21){
if(Array.isArray(data9)){
if(data9.length < 1){
validate24.errors = [{instancePath:instancePath+"/same",schemaPath:"#/properties/same/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid2 = true;
const len0 = data9.length;
for(let i0=0; i0<len0; i0++){
const _errs23 = errors;
if(typeof data9[i0] !== "string"){
validate24.errors = [{instancePath:instancePath+"/same/" + i0,schemaPath:"#/properties/same/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs23 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/same",schemaPath:"#/properties/same/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.same_runtime !== undefined){
let data11 = data.same_runtime;
const _errs25 = errors;
if(typeof data11 !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/same_runtime",schemaPath:"#/properties/same_runtime/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data11){
validate24.errors = [{instancePath:instancePath+"/same_runtime",schemaPath:"#/properties/same_runtime/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.roles !== undefined){
let data12 = data.roles;
const _errs27 = errors;
if(errors === _errs27){
if(Array.isArray(data12)){
if(data12.length < 1){
validate24.errors = [{instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid3 = true;
const len1 = data12.length;
for(let i1=0; i1<len1; i1++){
let data13 = data12[i1];
const _errs29 = errors;
if(typeof data13 !== "string"){
validate24.errors = [{instancePath:instancePath+"/roles/" + i1,schemaPath:"#/$defs/role/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((((((((((data13 === "dataset") || (data13 === "eval-set")) || (data13 === "embedding-index")) || (data13 === "feature-pipeline")) || (data13 === "tokenizer")) || (data13 === "embedder")) || (data13 === "model-weights")) || (data13 === "model")) || (data13 === "hyperparameters")) || (data13 === "prompt")) || (data13 === "tool-schema")) || (data13 === "agent-routing")) || (data13 === "guardrail")) || (data13 === "inference-code")) || (data13 === "runtime"))){
validate24.errors = [{instancePath:instancePath+"/roles/" + i1,schemaPath:"#/$defs/role/enum",keyword:"enum",params:{allowedValues: schema33.enum}}];
return false;
}
var valid3 = _errs29 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.components !== undefined){
let data14 = data.components;
const _errs32 = errors;
if(errors === _errs32){
if(Array.isArray(data14)){
if(data14.length < 1){
validate24.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid5 = true;
const len2 = data14.length;
for(let i2=0; i2<len2; i2++){
const _errs34 = errors;
if(typeof data14[i2] !== "string"){
validate24.errors = [{instancePath:instancePath+"/components/" + i2,schemaPath:"#/properties/components/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs34 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.allow_formats !== undefined){
let data16 = data.allow_formats;
const _errs36 = errors;
if(errors === _errs36){
if(Array.isArray(data16)){
if(data16.length < 1){
validate24.errors = [{instancePath:instancePath+"/allow_formats",schemaPath:"#/properties/allow_formats/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len3 = data16.length;
for(let i3=0; i3<len3; i3++){
const _errs38 = errors;
if(typeof data16[i3] !== "string"){
validate24.errors = [{instancePath:instancePath+"/allow_formats/" + i3,schemaPath:"#/properties/allow_formats/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid6 = _errs38 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/allow_formats",schemaPath:"#/properties/allow_formats/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.git !== undefined){
let data18 = data.git;
const _errs40 = errors;
if(typeof data18 !== "string"){
validate24.errors = [{instancePath:instancePath+"/git",schemaPath:"#/properties/git/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data18 === "clean")){
validate24.errors = [{instancePath:instancePath+"/git",schemaPath:"#/properties/git/enum",keyword:"enum",params:{allowedValues: schema36.properties.git.enum}}];
return false;
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.approvals !== undefined){
let data19 = data.approvals;
const _errs42 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate24.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs42){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 100 || isNaN(data19)){
validate24.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}}];
return false;
}
else {
if(data19 < 1 || isNaN(data19)){
validate24.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs42 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="config.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.version === undefined) && (missing0 = "version")) || ((data.app === undefined) && (missing0 = "app"))) || ((data.components === undefined) && (missing0 = "components"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
validate20.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.version !== undefined){
const _errs2 = errors;
if(1 !== data.version){
validate20.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.app !== undefined){
const _errs3 = errors;
if(typeof data.app !== "string"){
validate20.errors = [{instancePath:instancePath+"/app",schemaPath:"#/properties/app/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registry !== undefined){
let data2 = data.registry;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate20.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.components !== undefined){
let data3 = data.components;
const _errs7 = errors;
if(errors === _errs7){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(Object.keys(data3).length < 1){
validate20.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/minProperties",keyword:"minProperties",params:{limit: 1}}];
return false;
}
else {
for(const key1 in data3){
let data4 = data3[key1];
const _errs10 = errors;
if(errors === _errs10){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
let missing1;
if((data4.role === undefined) && (missing1 = "role")){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data4.role !== undefined){
let data5 = data4.role;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/role",schemaPath:"common.schema.json#/$defs/role/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((((((((((data5 === "dataset") || (data5 === "eval-set")) || (data5 === "embedding-index")) || (data5 === "feature-pipeline")) || (data5 === "tokenizer")) || (data5 === "embedder")) || (data5 === "model-weights")) || (data5 === "model")) || (data5 === "hyperparameters")) || (data5 === "prompt")) || (data5 === "tool-schema")) || (data5 === "agent-routing")) || (data5 === "guardrail")) || (data5 === "inference-code")) || (data5 === "runtime"))){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/role",schemaPath:"common.schema.json#/$defs/role/enum",keyword:"enum",params:{allowedValues: schema33.enum}}];
return false;
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.from !== undefined){
let data6 = data4.from;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data6)){
var valid4 = true;
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(typeof data6[i0] !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/from/" + i0,schemaPath:"#/properties/components/additionalProperties/properties/from/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs17 === errors;
if(!valid4){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/from",schemaPath:"#/properties/components/additionalProperties/properties/from/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.links !== undefined){
let data8 = data4.links;
const _errs19 = errors;
if(typeof data8 !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/links",schemaPath:"#/properties/components/additionalProperties/properties/links/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data8 === "refuse") || (data8 === "follow"))){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/links",schemaPath:"#/properties/components/additionalProperties/properties/links/enum",keyword:"enum",params:{allowedValues: schema31.properties.components.additionalProperties.properties.links.enum}}];
return false;
}
var valid2 = _errs19 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.scan !== undefined){
let data9 = data4.scan;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/scan",schemaPath:"#/properties/components/additionalProperties/properties/scan/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data9 === "auto") || (data9 === "full"))){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/scan",schemaPath:"#/properties/components/additionalProperties/properties/scan/enum",keyword:"enum",params:{allowedValues: schema31.properties.components.additionalProperties.properties.scan.enum}}];
return false;
}
var valid2 = _errs21 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.dedup !== undefined){
let data10 = data4.dedup;
const _errs23 = errors;
if(typeof data10 !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/dedup",schemaPath:"#/properties/components/additionalProperties/properties/dedup/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data10 === "auto") || (data10 === "whole")) || (data10 === "chunks"))){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/dedup",schemaPath:"#/properties/components/additionalProperties/properties/dedup/enum",keyword:"enum",params:{allowedValues: schema31.properties.components.additionalProperties.properties.dedup.enum}}];
return false;
}
var valid2 = _errs23 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.mode !== undefined){
let data11 = data4.mode;
const _errs25 = errors;
if(typeof data11 !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/mode",schemaPath:"#/properties/components/additionalProperties/properties/mode/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data11 === "hash")){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/mode",schemaPath:"#/properties/components/additionalProperties/properties/mode/enum",keyword:"enum",params:{allowedValues: schema31.properties.components.additionalProperties.properties.mode.enum}}];
return false;
}
var valid2 = _errs25 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.to !== undefined){
let data12 = data4.to;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data12 === "string"){
if(!pattern4.test(data12)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/to",schemaPath:"#/properties/components/additionalProperties/properties/to/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/to",schemaPath:"#/properties/components/additionalProperties/properties/to/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs27 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs10 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.commands !== undefined){
let data13 = data.commands;
const _errs29 = errors;
if(errors === _errs29){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
const _errs31 = errors;
for(const key2 in data13){
if(!(((key2 === "predict") || (key2 === "adapt")) || (key2 === "evaluate"))){
validate20.errors = [{instancePath:instancePath+"/commands",schemaPath:"#/properties/commands/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs31 === errors){
if(data13.predict !== undefined){
let data14 = data13.predict;
const _errs32 = errors;
if(errors === _errs32){
if(Array.isArray(data14)){
if(data14.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/predict",schemaPath:"#/properties/commands/properties/predict/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
const _errs34 = errors;
if(errors === _errs34){
if(typeof data15 === "string"){
if(!pattern6.test(data15)){
validate20.errors = [{instancePath:instancePath+"/commands/predict/" + i1,schemaPath:"#/properties/commands/properties/predict/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/predict/" + i1,schemaPath:"#/properties/commands/properties/predict/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid6 = _errs34 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/predict",schemaPath:"#/properties/commands/properties/predict/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs32 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data13.adapt !== undefined){
let data16 = data13.adapt;
const _errs36 = errors;
if(errors === _errs36){
if(Array.isArray(data16)){
if(data16.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/adapt",schemaPath:"#/properties/commands/properties/adapt/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid7 = true;
const len2 = data16.length;
for(let i2=0; i2<len2; i2++){
let data17 = data16[i2];
const _errs38 = errors;
if(errors === _errs38){
if(typeof data17 === "string"){
if(!pattern6.test(data17)){
validate20.errors = [{instancePath:instancePath+"/commands/adapt/" + i2,schemaPath:"#/properties/commands/properties/adapt/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/adapt/" + i2,schemaPath:"#/properties/commands/properties/adapt/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid7 = _errs38 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/adapt",schemaPath:"#/properties/commands/properties/adapt/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs36 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data13.evaluate !== undefined){
let data18 = data13.evaluate;
const _errs40 = errors;
if(errors === _errs40){
if(Array.isArray(data18)){
if(data18.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/evaluate",schemaPath:"#/properties/commands/properties/evaluate/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid8 = true;
const len3 = data18.length;
for(let i3=0; i3<len3; i3++){
let data19 = data18[i3];
const _errs42 = errors;
if(errors === _errs42){
if(typeof data19 === "string"){
if(!pattern6.test(data19)){
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i3,schemaPath:"#/properties/commands/properties/evaluate/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i3,schemaPath:"#/properties/commands/properties/evaluate/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid8 = _errs42 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/evaluate",schemaPath:"#/properties/commands/properties/evaluate/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs40 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands",schemaPath:"#/properties/commands/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ignore !== undefined){
let data20 = data.ignore;
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data20)){
var valid9 = true;
const len4 = data20.length;
for(let i4=0; i4<len4; i4++){
let data21 = data20[i4];
const _errs46 = errors;
if(errors === _errs46){
if(typeof data21 === "string"){
if(!pattern4.test(data21)){
validate20.errors = [{instancePath:instancePath+"/ignore/" + i4,schemaPath:"#/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore/" + i4,schemaPath:"#/properties/ignore/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid9 = _errs46 === errors;
if(!valid9){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore",schemaPath:"#/properties/ignore/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pointers !== undefined){
let data22 = data.pointers;
const _errs48 = errors;
if(errors === _errs48){
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key3 in data22){
const _errs51 = errors;
if(!(validate22(data22[key3], {instancePath:instancePath+"/pointers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data22,parentDataProperty:key3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid10 = _errs51 === errors;
if(!valid10){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pointers",schemaPath:"#/properties/pointers/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gates !== undefined){
let data24 = data.gates;
const _errs52 = errors;
if(errors === _errs52){
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key4 in data24){
const _errs55 = errors;
if(!(validate24(data24[key4], {instancePath:instancePath+"/gates/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data24,parentDataProperty:key4,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid11 = _errs55 === errors;
if(!valid11){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/gates",schemaPath:"#/properties/gates/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs52 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secrets !== undefined){
let data26 = data.secrets;
const _errs56 = errors;
if(errors === _errs56){
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
const _errs58 = errors;
for(const key5 in data26){
if(!(key5 === "allow")){
validate20.errors = [{instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}}];
return false;
break;
}
}
if(_errs58 === errors){
if(data26.allow !== undefined){
let data27 = data26.allow;
const _errs59 = errors;
if(errors === _errs59){
if(Array.isArray(data27)){
var valid13 = true;
const len5 = data27.length;
for(let i5=0; i5<len5; i5++){
let data28 = data27[i5];
const _errs61 = errors;
if(errors === _errs61){
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
let missing2;
if((((data28.fingerprint === undefined) && (missing2 = "fingerprint")) || ((data28.path === undefined) && (missing2 = "path"))) || ((data28.reason === undefined) && (missing2 = "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5,schemaPath:"#/properties/secrets/properties/allow/items/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const _errs63 = errors;
for(const key6 in data28){
if(!(((key6 === "path") || (key6 === "fingerprint")) || (key6 === "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5,schemaPath:"#/properties/secrets/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}}];
return false;
break;
}
}
if(_errs63 === errors){
if(data28.path !== undefined){
let data29 = data28.path;
const _errs64 = errors;
if(errors === _errs64){
if(typeof data29 === "string"){
if(!pattern4.test(data29)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid14 = _errs64 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.fingerprint !== undefined){
let data30 = data28.fingerprint;
const _errs66 = errors;
if(errors === _errs66){
if(typeof data30 === "string"){
if(!pattern16.test(data30)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/pattern",keyword:"pattern",params:{pattern: "^k1:[0-9a-f]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid14 = _errs66 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.reason !== undefined){
let data31 = data28.reason;
const _errs68 = errors;
if(errors === _errs68){
if(typeof data31 === "string"){
if(!pattern17.test(data31)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid14 = _errs68 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i5,schemaPath:"#/properties/secrets/properties/allow/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid13 = _errs61 === errors;
if(!valid13){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow",schemaPath:"#/properties/secrets/properties/allow/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs56 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedCommandOptions = validate26;

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/command.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(Array.isArray(data)){
if(data.length < 1){
validate26.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(!pattern6.test(data0)){
validate26.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};

const checkedExternalOptions = validate27;
const pattern20 = new RegExp("^sha256:[0-9a-f]{64}$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/external.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.uri === undefined) && (missing0 = "uri")){
validate27.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "uri") || (key0 === "digest")) || (key0 === "pin"))){
validate27.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.uri !== undefined){
let data0 = data.uri;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate27.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.digest !== undefined){
let data1 = data.digest;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern20.test(data1)){
validate27.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pin !== undefined){
let data2 = data.pin;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate27.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedGitOptions = validate28;

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/git.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate28.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.revision === undefined) && (missing0 = "revision")){
validate28.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "repository") || (key0 === "revision")) || (key0 === "path"))){
validate28.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.repository !== undefined){
let data0 = data.repository;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate28.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.revision !== undefined){
let data1 = data.revision;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
validate28.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.path !== undefined){
let data2 = data.path;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate28.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedImageOptions = validate29;
const pattern25 = new RegExp("^[^\\s@]+@sha256:[0-9a-f]{64}$", "u");

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/image.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern25.test(data)){
validate29.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\s@]+@sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate29.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"dynamicProps":false,"dynamicItems":false};

const checkedPathOptions = validate30;

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/path.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate30.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
const _errs3 = errors;
if(errors === _errs3){
if(Array.isArray(data)){
if(data.length < 1){
const err2 = {instancePath,schemaPath:"#/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
var valid1 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs5 = errors;
if(errors === _errs5){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err3 = {instancePath:instancePath+"/" + i0,schemaPath:"#/anyOf/1/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/" + i0,schemaPath:"#/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid1 = _errs5 === errors;
if(!valid1){
break;
}
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var items0 = true;
}
if(!valid0){
const err6 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
validate30.errors = vErrors;
return false;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate30.errors = vErrors;
evaluated0.items = items0;
return errors === 0;
}
validate30.evaluated = {"dynamicProps":false,"dynamicItems":true};

const checkedValueOptions = validate31;
const schema45 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"drivers/value.schema.json","title":"ValueOptions","description":"Any JSON value.","type":["object","array","string","number","boolean"],"tsType":"unknown"};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/value.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate31.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((((!data || typeof data != "object") && (typeof data !== "string")) && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
validate31.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema45.type}}];
return false;
}
validate31.errors = vErrors;
return errors === 0;
}
validate31.evaluated = {"dynamicProps":false,"dynamicItems":false};

const checkedEvaluationFile = validate32;

function validate33(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate33.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(typeof key0 === "string"){
if(!pattern14.test(key0)){
const err0 = {instancePath,schemaPath:"#/$defs/metricName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$"},propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/$defs/metricName/type",keyword:"type",params:{type: "string"},propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate33.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs5 = errors;
if(!((typeof data0 == "number") && (isFinite(data0)))){
validate33.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid2 = _errs5 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate33.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}
validate33.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate35.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(typeof key0 === "string"){
if(!pattern14.test(key0)){
const err0 = {instancePath,schemaPath:"#/$defs/metricName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$"},propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/$defs/metricName/type",keyword:"type",params:{type: "string"},propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate35.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs5 = errors;
const _errs6 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate35.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 999999999999 || isNaN(data0)){
validate35.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate35.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid2 = _errs5 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate35.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}
validate35.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="evaluation.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.metrics === undefined) && (missing0 = "metrics")){
validate32.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "metrics") || (key0 === "samples")) || (key0 === "eval_set")) || (key0 === "runner")) || (key0 === "bundle"))){
validate32.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.metrics !== undefined){
let data0 = data.metrics;
const _errs2 = errors;
if(!(validate33(data0, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length < 1){
validate32.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/minProperties",keyword:"minProperties",params:{limit: 1}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.samples !== undefined){
let data1 = data.samples;
const _errs4 = errors;
const _errs5 = errors;
let valid1 = false;
const _errs6 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err0 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/anyOf/0/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(errors === _errs6){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 999999999999 || isNaN(data1)){
const err1 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data1 < 1 || isNaN(data1)){
const err2 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
const _errs8 = errors;
if(!(validate35(data1, {instancePath:instancePath+"/samples",parentData:data,parentDataProperty:"samples",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var _valid0 = _errs8 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const err3 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate32.errors = vErrors;
return false;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.eval_set !== undefined){
let data2 = data.eval_set;
const _errs9 = errors;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data2 === "string"){
if(!pattern20.test(data2)){
validate32.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.runner !== undefined){
let data3 = data.runner;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data3 === "string"){
if(!pattern17.test(data3)){
validate32.errors = [{instancePath:instancePath+"/runner",schemaPath:"#/properties/runner/pattern",keyword:"pattern",params:{pattern: "\\S"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/runner",schemaPath:"#/properties/runner/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bundle !== undefined){
let data4 = data.bundle;
const _errs14 = errors;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data4 === "string"){
if(!pattern20.test(data4)){
validate32.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate32.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const validateCommandOptions: Validator<CommandOptions> = checkedCommandOptions
export const validateConfigFile: Validator<ConfigFile> = checkedConfigFile
export const validateEvaluationFile: Validator<EvaluationFile> = checkedEvaluationFile
export const validateExternalOptions: Validator<ExternalOptions> = checkedExternalOptions
export const validateGitOptions: Validator<GitOptions> = checkedGitOptions
export const validateImageOptions: Validator<ImageOptions> = checkedImageOptions
export const validatePathOptions: Validator<PathOptions> = checkedPathOptions
export const validateValueOptions: Validator<ValueOptions> = checkedValueOptions

/** A component kind's validator: the key in aiship.yaml is the schema's name in schemas/drivers. */
export const KINDS: Readonly<Record<string, Validator<unknown>>> = {
  command: validateCommandOptions,
  external: validateExternalOptions,
  git: validateGitOptions,
  image: validateImageOptions,
  path: validatePathOptions,
  value: validateValueOptions,
}

/** The keys that an object may have, by its place in the schemas. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  "config#": [
    "version",
    "app",
    "registry",
    "components",
    "commands",
    "ignore",
    "pointers",
    "gates",
    "secrets"
  ],
  "config#/properties/components/additionalProperties": [
    "role",
    "from",
    "links",
    "scan",
    "dedup",
    "mode",
    "to"
  ],
  "config#/properties/commands": [
    "predict",
    "adapt",
    "evaluate"
  ],
  "config#/properties/secrets": [
    "allow"
  ],
  "config#/properties/secrets/properties/allow/items": [
    "path",
    "fingerprint",
    "reason"
  ],
  "drivers/external#": [
    "uri",
    "digest",
    "pin"
  ],
  "drivers/git#": [
    "repository",
    "revision",
    "path"
  ],
  "evaluation#": [
    "metrics",
    "samples",
    "eval_set",
    "runner",
    "bundle"
  ],
  "common#/$defs/freeze": [
    "from",
    "until",
    "days",
    "hours",
    "zone",
    "reason"
  ],
  "common#/$defs/gate": [
    "evidence",
    "metric",
    "min",
    "max",
    "max_drop_vs",
    "max_rise_vs",
    "by",
    "confidence",
    "eval_set",
    "same",
    "same_runtime",
    "roles",
    "components",
    "allow_formats",
    "git",
    "approvals"
  ],
  "common#/$defs/pointerRules": [
    "protected",
    "require",
    "from",
    "soak",
    "freeze"
  ]
}
