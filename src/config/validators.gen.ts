// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { CommandOptions, ConfigFile, ExternalOptions, GitOptions, ImageOptions, PathOptions, ValueOptions } from '../core/model.gen.ts'

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
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"config.schema.json","title":"ConfigFile","description":"aiship.yaml as it is written. What stands under a kind key of a component (path, value, …) is described in drivers/.","type":"object","additionalProperties":false,"required":["version","app","components"],"properties":{"version":{"description":"Format of this file.","const":1},"app":{"description":"Name of the app.","type":"string"},"registry":{"description":"A folder, relative to this file, or a URL.","type":"string","pattern":"^[^\\u0000]+$"},"components":{"description":"Name to component.","type":"object","minProperties":1,"additionalProperties":{"title":"ComponentFile","type":"object","required":["role"],"properties":{"role":{"$ref":"common.schema.json#/$defs/role"},"from":{"description":"Components that it was made of.","type":"array","items":{"type":"string"}},"links":{"description":"Symbolic links that lead out of the component.","type":"string","enum":["refuse","follow"]},"scan":{"description":"Look for tokens whatever the role.","type":"string","enum":["auto","full"]},"dedup":{"description":"How its large files are stored: `chunks` as the difference from an older one where that saves much, `auto` only where role and size promise it.","type":"string","enum":["auto","whole","chunks"]},"mode":{"description":"With `path`: hash, and leave the bytes where they are.","type":"string","enum":["hash"]},"to":{"description":"Where a value, command or git component stands in a checkout.","type":"string","pattern":"^[^\\u0000]+$"}}}},"commands":{"type":"object","additionalProperties":false,"properties":{"predict":{"description":"JSON lines in, JSON lines out, run from a checkout of the bundle.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}},"evaluate":{"description":"Prints one JSON object of metrics.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}}}},"ignore":{"description":"Globs left out of every component; \"!…\" takes a default back.","type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}},"pointers":{"type":"object","additionalProperties":{"type":"object","additionalProperties":false,"properties":{"protected":{"description":"promote asks first.","type":"boolean"}}}},"secrets":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["fingerprint","path","reason"],"properties":{"path":{"description":"Glob.","type":"string","pattern":"^[^\\u0000]+$"},"fingerprint":{"description":"As the refusal printed it.","type":"string","pattern":"^k1:[0-9a-f]+$"},"reason":{"type":"string","pattern":"\\S"}}}}}}}};
const schema33 = {"description":"What a component is; it implies the layer.","type":"string","enum":["dataset","eval-set","embedding-index","feature-pipeline","tokenizer","embedder","model-weights","model","hyperparameters","prompt","tool-schema","agent-routing","guardrail","inference-code","runtime"]};
const pattern4 = new RegExp("^[^\\u0000]+$", "u");
const pattern6 = new RegExp("^[^\\u0000]*$", "u");
const pattern10 = new RegExp("^k1:[0-9a-f]+$", "u");
const pattern11 = new RegExp("\\S", "u");

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
if(!((((((((key0 === "version") || (key0 === "app")) || (key0 === "registry")) || (key0 === "components")) || (key0 === "commands")) || (key0 === "ignore")) || (key0 === "pointers")) || (key0 === "secrets"))){
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
if(!((key2 === "predict") || (key2 === "evaluate"))){
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
if(data13.evaluate !== undefined){
let data16 = data13.evaluate;
const _errs36 = errors;
if(errors === _errs36){
if(Array.isArray(data16)){
if(data16.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/evaluate",schemaPath:"#/properties/commands/properties/evaluate/minItems",keyword:"minItems",params:{limit: 1}}];
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
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i2,schemaPath:"#/properties/commands/properties/evaluate/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i2,schemaPath:"#/properties/commands/properties/evaluate/items/type",keyword:"type",params:{type: "string"}}];
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
validate20.errors = [{instancePath:instancePath+"/commands/evaluate",schemaPath:"#/properties/commands/properties/evaluate/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs36 === errors;
}
else {
var valid5 = true;
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
let data18 = data.ignore;
const _errs40 = errors;
if(errors === _errs40){
if(Array.isArray(data18)){
var valid8 = true;
const len3 = data18.length;
for(let i3=0; i3<len3; i3++){
let data19 = data18[i3];
const _errs42 = errors;
if(errors === _errs42){
if(typeof data19 === "string"){
if(!pattern4.test(data19)){
validate20.errors = [{instancePath:instancePath+"/ignore/" + i3,schemaPath:"#/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore/" + i3,schemaPath:"#/properties/ignore/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid8 = _errs42 === errors;
if(!valid8){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore",schemaPath:"#/properties/ignore/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pointers !== undefined){
let data20 = data.pointers;
const _errs44 = errors;
if(errors === _errs44){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key3 in data20){
let data21 = data20[key3];
const _errs47 = errors;
if(errors === _errs47){
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
const _errs49 = errors;
for(const key4 in data21){
if(!(key4 === "protected")){
validate20.errors = [{instancePath:instancePath+"/pointers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pointers/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}}];
return false;
break;
}
}
if(_errs49 === errors){
if(data21.protected !== undefined){
if(typeof data21.protected !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/pointers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/protected",schemaPath:"#/properties/pointers/additionalProperties/properties/protected/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pointers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pointers/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid9 = _errs47 === errors;
if(!valid9){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pointers",schemaPath:"#/properties/pointers/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secrets !== undefined){
let data23 = data.secrets;
const _errs52 = errors;
if(errors === _errs52){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
const _errs54 = errors;
for(const key5 in data23){
if(!(key5 === "allow")){
validate20.errors = [{instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}}];
return false;
break;
}
}
if(_errs54 === errors){
if(data23.allow !== undefined){
let data24 = data23.allow;
const _errs55 = errors;
if(errors === _errs55){
if(Array.isArray(data24)){
var valid12 = true;
const len4 = data24.length;
for(let i4=0; i4<len4; i4++){
let data25 = data24[i4];
const _errs57 = errors;
if(errors === _errs57){
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
let missing2;
if((((data25.fingerprint === undefined) && (missing2 = "fingerprint")) || ((data25.path === undefined) && (missing2 = "path"))) || ((data25.reason === undefined) && (missing2 = "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4,schemaPath:"#/properties/secrets/properties/allow/items/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const _errs59 = errors;
for(const key6 in data25){
if(!(((key6 === "path") || (key6 === "fingerprint")) || (key6 === "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4,schemaPath:"#/properties/secrets/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}}];
return false;
break;
}
}
if(_errs59 === errors){
if(data25.path !== undefined){
let data26 = data25.path;
const _errs60 = errors;
if(errors === _errs60){
if(typeof data26 === "string"){
if(!pattern4.test(data26)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid13 = _errs60 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data25.fingerprint !== undefined){
let data27 = data25.fingerprint;
const _errs62 = errors;
if(errors === _errs62){
if(typeof data27 === "string"){
if(!pattern10.test(data27)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/pattern",keyword:"pattern",params:{pattern: "^k1:[0-9a-f]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid13 = _errs62 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data25.reason !== undefined){
let data28 = data25.reason;
const _errs64 = errors;
if(errors === _errs64){
if(typeof data28 === "string"){
if(!pattern11.test(data28)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid13 = _errs64 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i4,schemaPath:"#/properties/secrets/properties/allow/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid12 = _errs57 === errors;
if(!valid12){
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
var valid0 = _errs52 === errors;
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
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedCommandOptions = validate22;

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/command.schema.json" */;
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
if(Array.isArray(data)){
if(data.length < 1){
validate22.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}}];
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
validate22.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: "string"}}];
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
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};

const checkedExternalOptions = validate23;
const pattern14 = new RegExp("^sha256:[0-9a-f]{64}$", "u");

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/external.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
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
validate23.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "uri") || (key0 === "digest")) || (key0 === "pin"))){
validate23.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
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
validate23.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/type",keyword:"type",params:{type: "string"}}];
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
if(!pattern14.test(data1)){
validate23.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
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
validate23.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/type",keyword:"type",params:{type: "string"}}];
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
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedGitOptions = validate24;

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/git.schema.json" */;
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
let missing0;
if((data.revision === undefined) && (missing0 = "revision")){
validate24.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "repository") || (key0 === "revision")) || (key0 === "path"))){
validate24.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
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
validate24.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/type",keyword:"type",params:{type: "string"}}];
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
validate24.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "string"}}];
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
validate24.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}}];
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
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedImageOptions = validate25;
const pattern19 = new RegExp("^[^\\s@]+@sha256:[0-9a-f]{64}$", "u");

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/image.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate25.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern19.test(data)){
validate25.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\s@]+@sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate25.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"dynamicProps":false,"dynamicItems":false};

const checkedPathOptions = validate26;

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/path.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
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
validate26.errors = vErrors;
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
validate26.errors = vErrors;
evaluated0.items = items0;
return errors === 0;
}
validate26.evaluated = {"dynamicProps":false,"dynamicItems":true};

const checkedValueOptions = validate27;
const schema40 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"drivers/value.schema.json","title":"ValueOptions","description":"Any JSON value.","type":["object","array","string","number","boolean"],"tsType":"unknown"};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/value.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((((!data || typeof data != "object") && (typeof data !== "string")) && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
validate27.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema40.type}}];
return false;
}
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"dynamicProps":false,"dynamicItems":false};

export const validateCommandOptions: Validator<CommandOptions> = checkedCommandOptions
export const validateConfigFile: Validator<ConfigFile> = checkedConfigFile
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
    "evaluate"
  ],
  "config#/properties/pointers/additionalProperties": [
    "protected"
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
  ]
}
