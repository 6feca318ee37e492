// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { CommandOptions, ConfigFile, EvaluationFile, ExternalOptions, GitOptions, ImageOptions, PathOptions, SourceCommandOptions, SourceHttpOptions, SourcePredictionsOptions, SourcePrometheusOptions, SourceSqlOptions, ValueOptions, WatchFile } from '../core/model.gen.ts'

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
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"config.schema.json","title":"ConfigFile","description":"aiship.yaml as it is written. What stands under a kind key of a component (path, value, …) is described in drivers/.","type":"object","additionalProperties":false,"required":["version","app","components"],"properties":{"version":{"description":"Format of this file.","const":1},"app":{"description":"Name of the app.","type":"string"},"registry":{"description":"A folder, relative to this file, or a URL.","type":"string","pattern":"^[^\\u0000]+$"},"components":{"description":"Name to component.","type":"object","minProperties":1,"additionalProperties":{"title":"ComponentFile","type":"object","required":["role"],"properties":{"role":{"$ref":"common.schema.json#/$defs/role"},"from":{"description":"Components that it was made of.","type":"array","items":{"type":"string"}},"links":{"description":"Symbolic links that lead out of the component.","type":"string","enum":["refuse","follow"]},"scan":{"description":"Look for tokens whatever the role.","type":"string","enum":["auto","full"]},"dedup":{"description":"How its large files are stored: `chunks` as the difference from an older one where that saves much, `auto` only where role and size promise it.","type":"string","enum":["auto","whole","chunks"]},"mode":{"description":"With `path`: hash, and leave the bytes where they are.","type":"string","enum":["hash"]},"to":{"description":"Where a value, command or git component stands in a checkout.","type":"string","pattern":"^[^\\u0000]+$"},"provides":{"$ref":"common.schema.json#/$defs/contracts"},"requires":{"$ref":"common.schema.json#/$defs/demands"},"sources":{"description":"Where its records are from.","type":"array","minItems":1,"items":{"title":"DataSourceFile","type":"object","additionalProperties":false,"properties":{"log":{"description":"The name of the app whose prediction log the records are from: that of this file or another of the registry, no pointer.","type":"string"},"table":{"description":"Anything else, by the name that people know it by.","type":"string","pattern":"^[^\\u0000]{1,500}$"},"from":{"description":"A date, or a time with its offset.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"to":{"description":"The first moment after it; of a date, the whole day belongs to it.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"excludes":{"description":"Ids of quarantines whose records were left out.","type":"array","minItems":1,"items":{"type":"string","pattern":"^sha256:[0-9a-f]{64}$"}}}}},"derived_from":{"description":"Components, and digests of components or bundles, that it was made out of.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]{1,100}$"}}}}},"commands":{"type":"object","additionalProperties":false,"properties":{"predict":{"description":"JSON lines in, JSON lines out, run from a checkout of the bundle.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}},"adapt":{"description":"What a replay asks before `predict`, where this bundle takes other inputs than earlier ones: JSON lines in, `{\"id\", \"input\"}` out.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}},"evaluate":{"description":"Prints one JSON object of metrics.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"}}}},"ignore":{"description":"Globs left out of every component; \"!…\" takes a default back.","type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}},"pointers":{"type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/pointerRules"}},"gates":{"description":"What a release can be asked to prove, by name.","type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/gate"}},"secrets":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["fingerprint","path","reason"],"properties":{"path":{"description":"Glob.","type":"string","pattern":"^[^\\u0000]+$"},"fingerprint":{"description":"As the refusal printed it.","type":"string","pattern":"^k1:[0-9a-f]+$"},"reason":{"type":"string","pattern":"\\S"}}}}}}}};
const schema33 = {"description":"What a component is; it implies the layer.","type":"string","enum":["dataset","eval-set","embedding-index","feature-pipeline","tokenizer","embedder","model-weights","model","hyperparameters","prompt","tool-schema","agent-routing","guardrail","inference-code","runtime"]};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[^\\u0000]+$", "u");
const pattern13 = new RegExp("^[^\\u0000]{1,500}$", "u");
const pattern14 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$", "u");
const pattern16 = new RegExp("^sha256:[0-9a-f]{64}$", "u");
const pattern17 = new RegExp("^[^\\u0000]{1,100}$", "u");
const pattern18 = new RegExp("^[^\\u0000]*$", "u");
const pattern40 = new RegExp("^k1:[0-9a-f]+$", "u");
const pattern41 = new RegExp("\\S", "u");
const pattern6 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$", "u");
const pattern8 = new RegExp("^[^\\p{Cc}\\p{Cs}]{1,200}$", "u");

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
if(Array.isArray(data)){
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs1 = errors;
const _errs3 = errors;
let valid2 = false;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data0 === "string"){
if(!pattern8.test(data0)){
const err0 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/contractItem/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\p{Cc}\\p{Cs}]{1,200}$"}};
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
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/contractItem/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
valid2 = valid2 || _valid0;
const _errs6 = errors;
if(!((typeof data0 == "number") && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/contractItem/anyOf/1/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid2 = valid2 || _valid0;
const _errs8 = errors;
if(typeof data0 !== "boolean"){
const err3 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/contractItem/anyOf/2/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs8 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err4 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/contractItem/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate24.errors = vErrors;
return false;
}
else {
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
else {
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
const _errs3 = errors;
let valid2 = false;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/$defs/contractItem/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\p{Cc}\\p{Cs}]{1,200}$"}};
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
const err1 = {instancePath,schemaPath:"#/$defs/contractItem/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid1 = _errs4 === errors;
valid2 = valid2 || _valid1;
const _errs6 = errors;
if(!((typeof data == "number") && (isFinite(data)))){
const err2 = {instancePath,schemaPath:"#/$defs/contractItem/anyOf/1/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid1 = _errs6 === errors;
valid2 = valid2 || _valid1;
const _errs8 = errors;
if(typeof data !== "boolean"){
const err3 = {instancePath,schemaPath:"#/$defs/contractItem/anyOf/2/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid1 = _errs8 === errors;
valid2 = valid2 || _valid1;
if(!valid2){
const err4 = {instancePath,schemaPath:"#/$defs/contractItem/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
const _errs10 = errors;
if(!(validate24(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var _valid0 = _errs10 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var items0 = true;
}
if(!valid0){
const err5 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate23.errors = vErrors;
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
validate23.errors = vErrors;
evaluated0.items = items0;
return errors === 0;
}
validate23.evaluated = {"dynamicProps":false,"dynamicItems":true};


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
for(const key0 in data){
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(typeof key0 === "string"){
if(!pattern6.test(key0)){
const err0 = {instancePath,schemaPath:"#/$defs/contractName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$"},propertyName:key0};
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
const err1 = {instancePath,schemaPath:"#/$defs/contractName/type",keyword:"type",params:{type: "string"},propertyName:key0};
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
validate22.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs5 = errors;
if(errors === _errs5){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key2 in data0){
const _errs7 = errors;
const _errs8 = errors;
if(errors === _errs8){
if(typeof key2 === "string"){
if(!pattern6.test(key2)){
const err3 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$"},propertyName:key2};
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
const err4 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractName/type",keyword:"type",params:{type: "string"},propertyName:key2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid3 = _errs7 === errors;
if(!valid3){
const err5 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/propertyNames",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate22.errors = vErrors;
return false;
break;
}
}
if(valid3){
for(const key3 in data0){
const _errs11 = errors;
if(!(validate23(data0[key3], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid5 = _errs11 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
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
for(const key0 in data){
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(typeof key0 === "string"){
if(!pattern6.test(key0)){
const err0 = {instancePath,schemaPath:"#/$defs/contractName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$"},propertyName:key0};
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
const err1 = {instancePath,schemaPath:"#/$defs/contractName/type",keyword:"type",params:{type: "string"},propertyName:key0};
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
validate28.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs5 = errors;
if(errors === _errs5){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key2 in data0){
const _errs7 = errors;
const _errs8 = errors;
if(errors === _errs8){
if(typeof key2 === "string"){
if(!pattern6.test(key2)){
const err3 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$"},propertyName:key2};
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
const err4 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractName/type",keyword:"type",params:{type: "string"},propertyName:key2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid3 = _errs7 === errors;
if(!valid3){
const err5 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/propertyNames",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate28.errors = vErrors;
return false;
break;
}
}
if(valid3){
for(const key3 in data0){
let data1 = data0[key3];
const _errs11 = errors;
const _errs12 = errors;
let valid6 = false;
const _errs13 = errors;
const _errs15 = errors;
let valid8 = false;
const _errs16 = errors;
if(errors === _errs16){
if(typeof data1 === "string"){
if(!pattern8.test(data1)){
const err6 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractItem/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\p{Cc}\\p{Cs}]{1,200}$"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractItem/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid1 = _errs16 === errors;
valid8 = valid8 || _valid1;
const _errs18 = errors;
if(!((typeof data1 == "number") && (isFinite(data1)))){
const err8 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractItem/anyOf/1/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid1 = _errs18 === errors;
valid8 = valid8 || _valid1;
const _errs20 = errors;
if(typeof data1 !== "boolean"){
const err9 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractItem/anyOf/2/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid1 = _errs20 === errors;
valid8 = valid8 || _valid1;
if(!valid8){
const err10 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/contractItem/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
var _valid0 = _errs13 === errors;
valid6 = valid6 || _valid0;
const _errs22 = errors;
if(!(validate24(data1, {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var _valid0 = _errs22 === errors;
valid6 = valid6 || _valid0;
const _errs23 = errors;
if(errors === _errs23){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing0;
if((data1.includes === undefined) && (missing0 = "includes")){
const err11 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties/anyOf/2/required",keyword:"required",params:{missingProperty: missing0}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
else {
const _errs25 = errors;
for(const key4 in data1){
if(!(key4 === "includes")){
const err12 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties/anyOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
break;
}
}
if(_errs25 === errors){
if(data1.includes !== undefined){
if(!(validate24(data1.includes, {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/includes",parentData:data1,parentDataProperty:"includes",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
}
}
}
else {
const err13 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties/anyOf/2/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
var _valid0 = _errs23 === errors;
valid6 = valid6 || _valid0;
if(!valid6){
const err14 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
validate28.errors = vErrors;
return false;
}
else {
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
}
var valid5 = _errs11 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema46 = {"description":"A time in which nothing moves forward: `from` and `until`, or each week on `days` in `hours`.","type":"object","additionalProperties":false,"properties":{"from":{"description":"A date, or a time with its offset.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"until":{"description":"The first moment after it.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"},"days":{"description":"Every day where nothing is said.","type":"array","minItems":1,"items":{"type":"string","enum":["mon","tue","wed","thu","fri","sat","sun"]}},"hours":{"description":"The whole day where nothing is said.","type":"string","pattern":"^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},"zone":{"description":"Time zone of days and hours; UTC where nothing is said.","type":"string"},"reason":{"type":"string"}}};
const schema47 = {"description":"How automation may move the pointer forward; people may as they could without it.","type":"object","additionalProperties":false,"required":["through"],"properties":{"through":{"title":"AutoPromoteThrough","description":"`rollout`: by a rollout that its gates let start, and go on. `gates`: by a promote that they let through.","type":"string","enum":["gates","rollout"]},"soak":{"description":"With `rollout`: so long the candidate serves a part of the traffic, or is sent it, before it serves all.","type":"string","pattern":"^[0-9]{1,6}[smhd]$"}}};
const pattern22 = new RegExp("^[0-9]{1,6}[smhd]$", "u");
const pattern25 = new RegExp("^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "u");
const pattern29 = new RegExp("^[0-9]{1,4}([.][0-9]{1,3})?%$", "u");
const schema53 = {"description":"One thing that must stay so while a bundle serves. Keys that are not listed are options of the source. The code says which keys go together.","type":"object","required":["kind","name"],"properties":{"name":{"$ref":"#/$defs/name"},"kind":{"$ref":"#/$defs/guardKind"},"source":{"description":"Where its numbers come from; the watch's where nothing is said.","type":"string"},"events":{"description":"What must not happen more often, in the words of the source: for predictions a predicate over the record.","type":"string"},"exposures":{"description":"What it happens to, in the words of the source; for predictions a predicate, every record where nothing is said.","type":"string"},"field":{"description":"What is measured: latency_ms, label, score.","type":"string"},"of":{"description":"exceedance: the quantile of the reference that is frozen as the threshold.","type":"string","pattern":"^p(?:[5-9][0-9]|99[.]9)$"},"bins":{"description":"distribution: the classes, or of a number the inner edges, ascending.","anyOf":[{"type":"array","minItems":1,"items":{"type":"number"}},{"type":"array","minItems":1,"items":{"type":"string"}}]},"direction":{"description":"Which way is worse; increase where nothing is said.","type":"string","enum":["increase","decrease","either"]},"margin":{"$ref":"#/$defs/percentage","description":"So much worse it may be; 20% where nothing is said, 0% of paired and distribution."},"ceiling":{"$ref":"#/$defs/percentage","description":"rate: the share that events may have at most, whatever the reference's. It needs nothing to compare with."},"alpha":{"description":"How often a healthy candidate may be called worse, however often somebody looks; 0.01 where nothing is said.","type":"number","minimum":0,"maximum":1},"by":{"description":"Where the key of a unit stands; targetingKey where nothing is said: targeting_key, else session_id, else request_id.","type":"string"},"unit":{"description":"Each request counts, not each unit.","type":"string","enum":["request"]},"overdispersion":{"description":"With requests: how many times as much the events of one user clump together as independent ones would. Without it the guard may hold, not roll back.","type":"number","minimum":1,"maximum":1000000},"delay":{"$ref":"#/$defs/span","description":"How long after a request what the guard counts can come in."},"onFail":{"description":"What to do when it fails; hold where nothing is said.","type":"string","enum":["rollback","hold","abort","warn"]},"noData":{"description":"When nothing has come in for so long.","type":"object","additionalProperties":false,"required":["after"],"properties":{"after":{"$ref":"#/$defs/span"},"then":{"description":"warn where nothing is said.","type":"string","enum":["hold","abort","warn"]}}},"deadline":{"$ref":"#/$defs/span","description":"When it has not passed so long after the start, the rollout is aborted, or the pointer held."},"worse":{"description":"paired: when the candidate's answer is worse than the live one, in the words of the source.","type":"string"},"better":{"description":"paired: when it is better.","type":"string"},"cap":{"description":"mean: what a unit's value counts at most.","type":"number"},"burnIn":{"description":"mean: how many units each arm must have before anything is said; 500 where nothing is said, and at least.","$ref":"#/$defs/count"},"query":{"description":"expression: what gives the number, in the words of the source.","type":"string"},"successCondition":{"description":"expression: as in result < 0.9.","type":"string"},"failureCondition":{"description":"expression: as in result >= 0.95.","type":"string"},"failureLimit":{"description":"expression: more failures than that fail; 0 where nothing is said, -1 for any number.","type":"integer","minimum":-1,"maximum":1000000},"inconclusiveLimit":{"$ref":"#/$defs/count"},"count":{"description":"expression: measurements in all; without end where nothing is said.","type":"integer","minimum":1,"maximum":1000000},"consecutiveErrorLimit":{"$ref":"#/$defs/count"},"consecutiveSuccessLimit":{"$ref":"#/$defs/count"}}};
const schema55 = {"type":"string","enum":["rate","exceedance","distribution","paired","mean","expression"]};
const pattern31 = new RegExp("^[a-z0-9][a-z0-9._-]{0,62}$", "u");
const pattern32 = new RegExp("^p(?:[5-9][0-9]|99[.]9)$", "u");

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate34.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.kind === undefined) && (missing0 = "kind")) || ((data.name === undefined) && (missing0 = "name"))){
validate34.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.name !== undefined){
let data0 = data.name;
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern31.test(data0)){
validate34.errors = [{instancePath:instancePath+"/name",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/name",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data1 = data.kind;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate34.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/$defs/guardKind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((((data1 === "rate") || (data1 === "exceedance")) || (data1 === "distribution")) || (data1 === "paired")) || (data1 === "mean")) || (data1 === "expression"))){
validate34.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/$defs/guardKind/enum",keyword:"enum",params:{allowedValues: schema55.enum}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.source !== undefined){
const _errs7 = errors;
if(typeof data.source !== "string"){
validate34.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.events !== undefined){
const _errs9 = errors;
if(typeof data.events !== "string"){
validate34.errors = [{instancePath:instancePath+"/events",schemaPath:"#/properties/events/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.exposures !== undefined){
const _errs11 = errors;
if(typeof data.exposures !== "string"){
validate34.errors = [{instancePath:instancePath+"/exposures",schemaPath:"#/properties/exposures/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.field !== undefined){
const _errs13 = errors;
if(typeof data.field !== "string"){
validate34.errors = [{instancePath:instancePath+"/field",schemaPath:"#/properties/field/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.of !== undefined){
let data6 = data.of;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data6 === "string"){
if(!pattern32.test(data6)){
validate34.errors = [{instancePath:instancePath+"/of",schemaPath:"#/properties/of/pattern",keyword:"pattern",params:{pattern: "^p(?:[5-9][0-9]|99[.]9)$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/of",schemaPath:"#/properties/of/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bins !== undefined){
let data7 = data.bins;
const _errs17 = errors;
const _errs18 = errors;
let valid3 = false;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data7)){
if(data7.length < 1){
const err0 = {instancePath:instancePath+"/bins",schemaPath:"#/properties/bins/anyOf/0/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
var valid4 = true;
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
const _errs21 = errors;
if(!((typeof data8 == "number") && (isFinite(data8)))){
const err1 = {instancePath:instancePath+"/bins/" + i0,schemaPath:"#/properties/bins/anyOf/0/items/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid4 = _errs21 === errors;
if(!valid4){
break;
}
}
}
}
else {
const err2 = {instancePath:instancePath+"/bins",schemaPath:"#/properties/bins/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs19 === errors;
valid3 = valid3 || _valid0;
if(_valid0){
var items0 = true;
}
const _errs23 = errors;
if(errors === _errs23){
if(Array.isArray(data7)){
if(data7.length < 1){
const err3 = {instancePath:instancePath+"/bins",schemaPath:"#/properties/bins/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
var valid5 = true;
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
const _errs25 = errors;
if(typeof data7[i1] !== "string"){
const err4 = {instancePath:instancePath+"/bins/" + i1,schemaPath:"#/properties/bins/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var valid5 = _errs25 === errors;
if(!valid5){
break;
}
}
}
}
else {
const err5 = {instancePath:instancePath+"/bins",schemaPath:"#/properties/bins/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs23 === errors;
valid3 = valid3 || _valid0;
if(_valid0){
if(items0 !== true){
items0 = true;
}
}
if(!valid3){
const err6 = {instancePath:instancePath+"/bins",schemaPath:"#/properties/bins/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
validate34.errors = vErrors;
return false;
}
else {
errors = _errs18;
if(vErrors !== null){
if(_errs18){
vErrors.length = _errs18;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.direction !== undefined){
let data10 = data.direction;
const _errs27 = errors;
if(typeof data10 !== "string"){
validate34.errors = [{instancePath:instancePath+"/direction",schemaPath:"#/properties/direction/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data10 === "increase") || (data10 === "decrease")) || (data10 === "either"))){
validate34.errors = [{instancePath:instancePath+"/direction",schemaPath:"#/properties/direction/enum",keyword:"enum",params:{allowedValues: schema53.properties.direction.enum}}];
return false;
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.margin !== undefined){
let data11 = data.margin;
const _errs29 = errors;
const _errs30 = errors;
if(errors === _errs30){
if(typeof data11 === "string"){
if(!pattern29.test(data11)){
validate34.errors = [{instancePath:instancePath+"/margin",schemaPath:"#/$defs/percentage/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,4}([.][0-9]{1,3})?%$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/margin",schemaPath:"#/$defs/percentage/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ceiling !== undefined){
let data12 = data.ceiling;
const _errs32 = errors;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data12 === "string"){
if(!pattern29.test(data12)){
validate34.errors = [{instancePath:instancePath+"/ceiling",schemaPath:"#/$defs/percentage/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,4}([.][0-9]{1,3})?%$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/ceiling",schemaPath:"#/$defs/percentage/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.alpha !== undefined){
let data13 = data.alpha;
const _errs35 = errors;
if(errors === _errs35){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1 || isNaN(data13)){
validate34.errors = [{instancePath:instancePath+"/alpha",schemaPath:"#/properties/alpha/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1}}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate34.errors = [{instancePath:instancePath+"/alpha",schemaPath:"#/properties/alpha/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/alpha",schemaPath:"#/properties/alpha/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid0 = _errs35 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.by !== undefined){
const _errs37 = errors;
if(typeof data.by !== "string"){
validate34.errors = [{instancePath:instancePath+"/by",schemaPath:"#/properties/by/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unit !== undefined){
let data15 = data.unit;
const _errs39 = errors;
if(typeof data15 !== "string"){
validate34.errors = [{instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data15 === "request")){
validate34.errors = [{instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/enum",keyword:"enum",params:{allowedValues: schema53.properties.unit.enum}}];
return false;
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.overdispersion !== undefined){
let data16 = data.overdispersion;
const _errs41 = errors;
if(errors === _errs41){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 1000000 || isNaN(data16)){
validate34.errors = [{instancePath:instancePath+"/overdispersion",schemaPath:"#/properties/overdispersion/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}}];
return false;
}
else {
if(data16 < 1 || isNaN(data16)){
validate34.errors = [{instancePath:instancePath+"/overdispersion",schemaPath:"#/properties/overdispersion/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/overdispersion",schemaPath:"#/properties/overdispersion/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.delay !== undefined){
let data17 = data.delay;
const _errs43 = errors;
const _errs44 = errors;
if(errors === _errs44){
if(typeof data17 === "string"){
if(!pattern22.test(data17)){
validate34.errors = [{instancePath:instancePath+"/delay",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/delay",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs43 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.onFail !== undefined){
let data18 = data.onFail;
const _errs46 = errors;
if(typeof data18 !== "string"){
validate34.errors = [{instancePath:instancePath+"/onFail",schemaPath:"#/properties/onFail/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data18 === "rollback") || (data18 === "hold")) || (data18 === "abort")) || (data18 === "warn"))){
validate34.errors = [{instancePath:instancePath+"/onFail",schemaPath:"#/properties/onFail/enum",keyword:"enum",params:{allowedValues: schema53.properties.onFail.enum}}];
return false;
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.noData !== undefined){
let data19 = data.noData;
const _errs48 = errors;
if(errors === _errs48){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
let missing1;
if((data19.after === undefined) && (missing1 = "after")){
validate34.errors = [{instancePath:instancePath+"/noData",schemaPath:"#/properties/noData/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs50 = errors;
for(const key0 in data19){
if(!((key0 === "after") || (key0 === "then"))){
validate34.errors = [{instancePath:instancePath+"/noData",schemaPath:"#/properties/noData/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs50 === errors){
if(data19.after !== undefined){
let data20 = data19.after;
const _errs51 = errors;
const _errs52 = errors;
if(errors === _errs52){
if(typeof data20 === "string"){
if(!pattern22.test(data20)){
validate34.errors = [{instancePath:instancePath+"/noData/after",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/noData/after",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid9 = _errs51 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data19.then !== undefined){
let data21 = data19.then;
const _errs54 = errors;
if(typeof data21 !== "string"){
validate34.errors = [{instancePath:instancePath+"/noData/then",schemaPath:"#/properties/noData/properties/then/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data21 === "hold") || (data21 === "abort")) || (data21 === "warn"))){
validate34.errors = [{instancePath:instancePath+"/noData/then",schemaPath:"#/properties/noData/properties/then/enum",keyword:"enum",params:{allowedValues: schema53.properties.noData.properties.then.enum}}];
return false;
}
var valid9 = _errs54 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/noData",schemaPath:"#/properties/noData/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.deadline !== undefined){
let data22 = data.deadline;
const _errs56 = errors;
const _errs57 = errors;
if(errors === _errs57){
if(typeof data22 === "string"){
if(!pattern22.test(data22)){
validate34.errors = [{instancePath:instancePath+"/deadline",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/deadline",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs56 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.worse !== undefined){
const _errs59 = errors;
if(typeof data.worse !== "string"){
validate34.errors = [{instancePath:instancePath+"/worse",schemaPath:"#/properties/worse/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs59 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.better !== undefined){
const _errs61 = errors;
if(typeof data.better !== "string"){
validate34.errors = [{instancePath:instancePath+"/better",schemaPath:"#/properties/better/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs61 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cap !== undefined){
let data25 = data.cap;
const _errs63 = errors;
if(!((typeof data25 == "number") && (isFinite(data25)))){
validate34.errors = [{instancePath:instancePath+"/cap",schemaPath:"#/properties/cap/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs63 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.burnIn !== undefined){
let data26 = data.burnIn;
const _errs65 = errors;
const _errs66 = errors;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
validate34.errors = [{instancePath:instancePath+"/burnIn",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs66){
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 > 9007199254740991 || isNaN(data26)){
validate34.errors = [{instancePath:instancePath+"/burnIn",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data26 < 0 || isNaN(data26)){
validate34.errors = [{instancePath:instancePath+"/burnIn",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs65 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.query !== undefined){
const _errs68 = errors;
if(typeof data.query !== "string"){
validate34.errors = [{instancePath:instancePath+"/query",schemaPath:"#/properties/query/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs68 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.successCondition !== undefined){
const _errs70 = errors;
if(typeof data.successCondition !== "string"){
validate34.errors = [{instancePath:instancePath+"/successCondition",schemaPath:"#/properties/successCondition/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs70 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.failureCondition !== undefined){
const _errs72 = errors;
if(typeof data.failureCondition !== "string"){
validate34.errors = [{instancePath:instancePath+"/failureCondition",schemaPath:"#/properties/failureCondition/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs72 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.failureLimit !== undefined){
let data30 = data.failureLimit;
const _errs74 = errors;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
validate34.errors = [{instancePath:instancePath+"/failureLimit",schemaPath:"#/properties/failureLimit/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs74){
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 1000000 || isNaN(data30)){
validate34.errors = [{instancePath:instancePath+"/failureLimit",schemaPath:"#/properties/failureLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}}];
return false;
}
else {
if(data30 < -1 || isNaN(data30)){
validate34.errors = [{instancePath:instancePath+"/failureLimit",schemaPath:"#/properties/failureLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}}];
return false;
}
}
}
}
var valid0 = _errs74 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.inconclusiveLimit !== undefined){
let data31 = data.inconclusiveLimit;
const _errs76 = errors;
const _errs77 = errors;
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
validate34.errors = [{instancePath:instancePath+"/inconclusiveLimit",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs77){
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 9007199254740991 || isNaN(data31)){
validate34.errors = [{instancePath:instancePath+"/inconclusiveLimit",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data31 < 0 || isNaN(data31)){
validate34.errors = [{instancePath:instancePath+"/inconclusiveLimit",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs76 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.count !== undefined){
let data32 = data.count;
const _errs79 = errors;
if(!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))){
validate34.errors = [{instancePath:instancePath+"/count",schemaPath:"#/properties/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs79){
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 > 1000000 || isNaN(data32)){
validate34.errors = [{instancePath:instancePath+"/count",schemaPath:"#/properties/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}}];
return false;
}
else {
if(data32 < 1 || isNaN(data32)){
validate34.errors = [{instancePath:instancePath+"/count",schemaPath:"#/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs79 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.consecutiveErrorLimit !== undefined){
let data33 = data.consecutiveErrorLimit;
const _errs81 = errors;
const _errs82 = errors;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
validate34.errors = [{instancePath:instancePath+"/consecutiveErrorLimit",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs82){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 9007199254740991 || isNaN(data33)){
validate34.errors = [{instancePath:instancePath+"/consecutiveErrorLimit",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data33 < 0 || isNaN(data33)){
validate34.errors = [{instancePath:instancePath+"/consecutiveErrorLimit",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs81 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.consecutiveSuccessLimit !== undefined){
let data34 = data.consecutiveSuccessLimit;
const _errs84 = errors;
const _errs85 = errors;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
validate34.errors = [{instancePath:instancePath+"/consecutiveSuccessLimit",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs85){
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 9007199254740991 || isNaN(data34)){
validate34.errors = [{instancePath:instancePath+"/consecutiveSuccessLimit",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data34 < 0 || isNaN(data34)){
validate34.errors = [{instancePath:instancePath+"/consecutiveSuccessLimit",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs84 === errors;
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
validate34.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}
validate34.evaluated = {"props":{"name":true,"kind":true,"source":true,"events":true,"exposures":true,"field":true,"of":true,"bins":true,"direction":true,"margin":true,"ceiling":true,"alpha":true,"by":true,"unit":true,"overdispersion":true,"delay":true,"onFail":true,"noData":true,"deadline":true,"worse":true,"better":true,"cap":true,"burnIn":true,"query":true,"successCondition":true,"failureCondition":true,"failureLimit":true,"inconclusiveLimit":true,"count":true,"consecutiveErrorLimit":true,"consecutiveSuccessLimit":true},"dynamicProps":false,"dynamicItems":false};


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
let missing0;
if((data.guards === undefined) && (missing0 = "guards")){
validate33.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.source !== undefined){
const _errs1 = errors;
if(typeof data.source !== "string"){
validate33.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.interval !== undefined){
let data1 = data.interval;
const _errs3 = errors;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(!pattern22.test(data1)){
validate33.errors = [{instancePath:instancePath+"/interval",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/interval",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.grace !== undefined){
let data2 = data.grace;
const _errs6 = errors;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data2 === "string"){
if(!pattern22.test(data2)){
validate33.errors = [{instancePath:instancePath+"/grace",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/grace",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.budget !== undefined){
let data3 = data.budget;
const _errs9 = errors;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data3 === "string"){
if(!pattern29.test(data3)){
validate33.errors = [{instancePath:instancePath+"/budget",schemaPath:"#/$defs/percentage/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,4}([.][0-9]{1,3})?%$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/budget",schemaPath:"#/$defs/percentage/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keep_watching !== undefined){
let data4 = data.keep_watching;
const _errs12 = errors;
const _errs13 = errors;
if(errors === _errs13){
if(typeof data4 === "string"){
if(!pattern22.test(data4)){
validate33.errors = [{instancePath:instancePath+"/keep_watching",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/keep_watching",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dryRun !== undefined){
let data5 = data.dryRun;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data5)){
var valid5 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(typeof data5[i0] !== "string"){
validate33.errors = [{instancePath:instancePath+"/dryRun/" + i0,schemaPath:"#/properties/dryRun/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs17 === errors;
if(!valid5){
break;
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/dryRun",schemaPath:"#/properties/dryRun/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.notify !== undefined){
let data7 = data.notify;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data7)){
if(data7.length < 1){
validate33.errors = [{instancePath:instancePath+"/notify",schemaPath:"#/properties/notify/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
const _errs21 = errors;
if(errors === _errs21){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
const _errs23 = errors;
for(const key0 in data8){
if(!((key0 === "command") || (key0 === "webhook"))){
validate33.errors = [{instancePath:instancePath+"/notify/" + i1,schemaPath:"#/properties/notify/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs23 === errors){
if(data8.command !== undefined){
let data9 = data8.command;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data9)){
if(data9.length < 1){
validate33.errors = [{instancePath:instancePath+"/notify/" + i1+"/command",schemaPath:"#/properties/notify/items/properties/command/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid8 = true;
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
const _errs26 = errors;
if(typeof data9[i2] !== "string"){
validate33.errors = [{instancePath:instancePath+"/notify/" + i1+"/command/" + i2,schemaPath:"#/properties/notify/items/properties/command/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs26 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/notify/" + i1+"/command",schemaPath:"#/properties/notify/items/properties/command/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid7 = _errs24 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data8.webhook !== undefined){
const _errs28 = errors;
if(typeof data8.webhook !== "string"){
validate33.errors = [{instancePath:instancePath+"/notify/" + i1+"/webhook",schemaPath:"#/properties/notify/items/properties/webhook/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs28 === errors;
}
else {
var valid7 = true;
}
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/notify/" + i1,schemaPath:"#/properties/notify/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid6 = _errs21 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/notify",schemaPath:"#/properties/notify/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.guards !== undefined){
let data12 = data.guards;
const _errs30 = errors;
if(errors === _errs30){
if(Array.isArray(data12)){
if(data12.length < 1){
validate33.errors = [{instancePath:instancePath+"/guards",schemaPath:"#/properties/guards/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid9 = true;
const len3 = data12.length;
for(let i3=0; i3<len3; i3++){
const _errs32 = errors;
if(!(validate34(data12[i3], {instancePath:instancePath+"/guards/" + i3,parentData:data12,parentDataProperty:i3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid9 = _errs32 === errors;
if(!valid9){
break;
}
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/guards",schemaPath:"#/properties/guards/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs30 === errors;
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
else {
validate33.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}
validate33.evaluated = {"props":{"source":true,"interval":true,"grace":true,"budget":true,"keep_watching":true,"dryRun":true,"notify":true,"guards":true},"dynamicProps":false,"dynamicItems":false};


function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
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
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "protected") || (key0 === "require")) || (key0 === "from")) || (key0 === "soak")) || (key0 === "freeze")) || (key0 === "auto_promote")) || (key0 === "watch"))){
validate32.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.protected !== undefined){
const _errs2 = errors;
if(typeof data.protected !== "boolean"){
validate32.errors = [{instancePath:instancePath+"/protected",schemaPath:"#/properties/protected/type",keyword:"type",params:{type: "boolean"}}];
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
validate32.errors = [{instancePath:instancePath+"/require",schemaPath:"#/properties/require/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
const _errs6 = errors;
if(typeof data1[i0] !== "string"){
validate32.errors = [{instancePath:instancePath+"/require/" + i0,schemaPath:"#/properties/require/items/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/require",schemaPath:"#/properties/require/type",keyword:"type",params:{type: "array"}}];
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
validate32.errors = [{instancePath:instancePath+"/from",schemaPath:"#/properties/from/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid2 = true;
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
const _errs10 = errors;
if(typeof data3[i1] !== "string"){
validate32.errors = [{instancePath:instancePath+"/from/" + i1,schemaPath:"#/properties/from/items/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/from",schemaPath:"#/properties/from/type",keyword:"type",params:{type: "array"}}];
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
if(!pattern22.test(data5)){
validate32.errors = [{instancePath:instancePath+"/soak",schemaPath:"#/properties/soak/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/soak",schemaPath:"#/properties/soak/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze",schemaPath:"#/properties/freeze/minItems",keyword:"minItems",params:{limit: 1}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2,schemaPath:"#/$defs/freeze/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
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
if(!pattern14.test(data8)){
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/from",schemaPath:"#/$defs/freeze/properties/from/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/from",schemaPath:"#/$defs/freeze/properties/from/type",keyword:"type",params:{type: "string"}}];
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
if(!pattern14.test(data9)){
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/until",schemaPath:"#/$defs/freeze/properties/until/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/until",schemaPath:"#/$defs/freeze/properties/until/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days",schemaPath:"#/$defs/freeze/properties/days/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
let data11 = data10[i3];
const _errs26 = errors;
if(typeof data11 !== "string"){
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days/" + i3,schemaPath:"#/$defs/freeze/properties/days/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((data11 === "mon") || (data11 === "tue")) || (data11 === "wed")) || (data11 === "thu")) || (data11 === "fri")) || (data11 === "sat")) || (data11 === "sun"))){
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days/" + i3,schemaPath:"#/$defs/freeze/properties/days/items/enum",keyword:"enum",params:{allowedValues: schema46.properties.days.items.enum}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/days",schemaPath:"#/$defs/freeze/properties/days/type",keyword:"type",params:{type: "array"}}];
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
if(!pattern25.test(data12)){
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/hours",schemaPath:"#/$defs/freeze/properties/hours/pattern",keyword:"pattern",params:{pattern: "^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/hours",schemaPath:"#/$defs/freeze/properties/hours/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/zone",schemaPath:"#/$defs/freeze/properties/zone/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2+"/reason",schemaPath:"#/$defs/freeze/properties/reason/type",keyword:"type",params:{type: "string"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze/" + i2,schemaPath:"#/$defs/freeze/type",keyword:"type",params:{type: "object"}}];
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
validate32.errors = [{instancePath:instancePath+"/freeze",schemaPath:"#/properties/freeze/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.auto_promote !== undefined){
let data15 = data.auto_promote;
const _errs34 = errors;
const _errs35 = errors;
if(errors === _errs35){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing0;
if((data15.through === undefined) && (missing0 = "through")){
validate32.errors = [{instancePath:instancePath+"/auto_promote",schemaPath:"#/$defs/autoPromote/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs37 = errors;
for(const key2 in data15){
if(!((key2 === "through") || (key2 === "soak"))){
validate32.errors = [{instancePath:instancePath+"/auto_promote",schemaPath:"#/$defs/autoPromote/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs37 === errors){
if(data15.through !== undefined){
let data16 = data15.through;
const _errs38 = errors;
if(typeof data16 !== "string"){
validate32.errors = [{instancePath:instancePath+"/auto_promote/through",schemaPath:"#/$defs/autoPromote/properties/through/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data16 === "gates") || (data16 === "rollout"))){
validate32.errors = [{instancePath:instancePath+"/auto_promote/through",schemaPath:"#/$defs/autoPromote/properties/through/enum",keyword:"enum",params:{allowedValues: schema47.properties.through.enum}}];
return false;
}
var valid8 = _errs38 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data15.soak !== undefined){
let data17 = data15.soak;
const _errs40 = errors;
if(errors === _errs40){
if(typeof data17 === "string"){
if(!pattern22.test(data17)){
validate32.errors = [{instancePath:instancePath+"/auto_promote/soak",schemaPath:"#/$defs/autoPromote/properties/soak/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/auto_promote/soak",schemaPath:"#/$defs/autoPromote/properties/soak/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid8 = _errs40 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/auto_promote",schemaPath:"#/$defs/autoPromote/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.watch !== undefined){
const _errs42 = errors;
if(!(validate33(data.watch, {instancePath:instancePath+"/watch",parentData:data,parentDataProperty:"watch",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
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
else {
validate32.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema65 = {"description":"What a release must prove. One of: `metric` with a bound, `roles`, `components`, `allow_formats`, `git`, `approvals`, `untainted`; the code says which keys go together.","type":"object","additionalProperties":false,"properties":{"evidence":{"description":"What it looks at.","type":"string","enum":["evaluation"]},"metric":{"$ref":"#/$defs/metricName"},"min":{"description":"The least that the metric may be.","type":"number"},"max":{"description":"The most that the metric may be.","type":"number"},"max_drop_vs":{"description":"The metric must not be lower than that of what this pointer says now.","type":"string"},"max_rise_vs":{"description":"The metric must not be higher than that of what this pointer says now.","type":"string"},"by":{"description":"So much worse it may be; 0 where nothing is said.","type":"number","minimum":0},"confidence":{"description":"Decides by the interval of the difference instead of the difference.","type":"number","enum":[0.9,0.95,0.99]},"eval_set":{"description":"The component that it must have been measured on.","type":"string"},"same":{"description":"An evaluation of another bundle counts too while these components are the same.","type":"array","minItems":1,"items":{"type":"string"}},"same_runtime":{"description":"The runtime that was found must be the bundle's.","type":"boolean","const":true},"roles":{"description":"Each must be there.","type":"array","minItems":1,"items":{"$ref":"#/$defs/role"}},"components":{"description":"Each must be there.","type":"array","minItems":1,"items":{"type":"string"}},"allow_formats":{"description":"Weights in any other format are refused; `other` is a file of no known format.","type":"array","minItems":1,"items":{"type":"string"}},"git":{"description":"Bundled from a commit, with nothing changed since.","type":"string","enum":["clean"]},"approvals":{"description":"So many people, of whom none made the bundle.","type":"integer","minimum":1,"maximum":100},"untainted":{"description":"Nothing in it was made of what is quarantined.","type":"boolean","const":true},"unknown":{"description":"Of what nobody says the sources of; refuse where nothing is said.","type":"string","enum":["allow","warn","refuse"]},"claims":{"description":"Of what says that it leaves quarantined records out, where no scan of its rows proves it; warn where nothing is said.","type":"string","enum":["allow","warn","refuse"]}}};
const pattern38 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$", "u");

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate38.evaluated;
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
if(!(func1.call(schema65.properties, key0))){
validate38.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.evidence !== undefined){
let data0 = data.evidence;
const _errs2 = errors;
if(typeof data0 !== "string"){
validate38.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data0 === "evaluation")){
validate38.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/enum",keyword:"enum",params:{allowedValues: schema65.properties.evidence.enum}}];
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
if(!pattern38.test(data1)){
validate38.errors = [{instancePath:instancePath+"/metric",schemaPath:"#/$defs/metricName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$"}}];
return false;
}
}
else {
validate38.errors = [{instancePath:instancePath+"/metric",schemaPath:"#/$defs/metricName/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/min",schemaPath:"#/properties/min/type",keyword:"type",params:{type: "number"}}];
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
validate38.errors = [{instancePath:instancePath+"/max",schemaPath:"#/properties/max/type",keyword:"type",params:{type: "number"}}];
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
validate38.errors = [{instancePath:instancePath+"/max_drop_vs",schemaPath:"#/properties/max_drop_vs/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/max_rise_vs",schemaPath:"#/properties/max_rise_vs/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/by",schemaPath:"#/properties/by/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate38.errors = [{instancePath:instancePath+"/by",schemaPath:"#/properties/by/type",keyword:"type",params:{type: "number"}}];
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
validate38.errors = [{instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/type",keyword:"type",params:{type: "number"}}];
return false;
}
if(!(((data7 === 0.9) || (data7 === 0.95)) || (data7 === 0.99))){
validate38.errors = [{instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/enum",keyword:"enum",params:{allowedValues: schema65.properties.confidence.enum}}];
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
validate38.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"#/properties/eval_set/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/same",schemaPath:"#/properties/same/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid2 = true;
const len0 = data9.length;
for(let i0=0; i0<len0; i0++){
const _errs23 = errors;
if(typeof data9[i0] !== "string"){
validate38.errors = [{instancePath:instancePath+"/same/" + i0,schemaPath:"#/properties/same/items/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/same",schemaPath:"#/properties/same/type",keyword:"type",params:{type: "array"}}];
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
validate38.errors = [{instancePath:instancePath+"/same_runtime",schemaPath:"#/properties/same_runtime/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data11){
validate38.errors = [{instancePath:instancePath+"/same_runtime",schemaPath:"#/properties/same_runtime/const",keyword:"const",params:{allowedValue: true}}];
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
validate38.errors = [{instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid3 = true;
const len1 = data12.length;
for(let i1=0; i1<len1; i1++){
let data13 = data12[i1];
const _errs29 = errors;
if(typeof data13 !== "string"){
validate38.errors = [{instancePath:instancePath+"/roles/" + i1,schemaPath:"#/$defs/role/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((((((((((data13 === "dataset") || (data13 === "eval-set")) || (data13 === "embedding-index")) || (data13 === "feature-pipeline")) || (data13 === "tokenizer")) || (data13 === "embedder")) || (data13 === "model-weights")) || (data13 === "model")) || (data13 === "hyperparameters")) || (data13 === "prompt")) || (data13 === "tool-schema")) || (data13 === "agent-routing")) || (data13 === "guardrail")) || (data13 === "inference-code")) || (data13 === "runtime"))){
validate38.errors = [{instancePath:instancePath+"/roles/" + i1,schemaPath:"#/$defs/role/enum",keyword:"enum",params:{allowedValues: schema33.enum}}];
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
validate38.errors = [{instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/type",keyword:"type",params:{type: "array"}}];
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
validate38.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid5 = true;
const len2 = data14.length;
for(let i2=0; i2<len2; i2++){
const _errs34 = errors;
if(typeof data14[i2] !== "string"){
validate38.errors = [{instancePath:instancePath+"/components/" + i2,schemaPath:"#/properties/components/items/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "array"}}];
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
validate38.errors = [{instancePath:instancePath+"/allow_formats",schemaPath:"#/properties/allow_formats/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len3 = data16.length;
for(let i3=0; i3<len3; i3++){
const _errs38 = errors;
if(typeof data16[i3] !== "string"){
validate38.errors = [{instancePath:instancePath+"/allow_formats/" + i3,schemaPath:"#/properties/allow_formats/items/type",keyword:"type",params:{type: "string"}}];
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
validate38.errors = [{instancePath:instancePath+"/allow_formats",schemaPath:"#/properties/allow_formats/type",keyword:"type",params:{type: "array"}}];
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
validate38.errors = [{instancePath:instancePath+"/git",schemaPath:"#/properties/git/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data18 === "clean")){
validate38.errors = [{instancePath:instancePath+"/git",schemaPath:"#/properties/git/enum",keyword:"enum",params:{allowedValues: schema65.properties.git.enum}}];
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
validate38.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs42){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 100 || isNaN(data19)){
validate38.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}}];
return false;
}
else {
if(data19 < 1 || isNaN(data19)){
validate38.errors = [{instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
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
if(valid0){
if(data.untainted !== undefined){
let data20 = data.untainted;
const _errs44 = errors;
if(typeof data20 !== "boolean"){
validate38.errors = [{instancePath:instancePath+"/untainted",schemaPath:"#/properties/untainted/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data20){
validate38.errors = [{instancePath:instancePath+"/untainted",schemaPath:"#/properties/untainted/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unknown !== undefined){
let data21 = data.unknown;
const _errs46 = errors;
if(typeof data21 !== "string"){
validate38.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data21 === "allow") || (data21 === "warn")) || (data21 === "refuse"))){
validate38.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/enum",keyword:"enum",params:{allowedValues: schema65.properties.unknown.enum}}];
return false;
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.claims !== undefined){
let data22 = data.claims;
const _errs48 = errors;
if(typeof data22 !== "string"){
validate38.errors = [{instancePath:instancePath+"/claims",schemaPath:"#/properties/claims/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data22 === "allow") || (data22 === "warn")) || (data22 === "refuse"))){
validate38.errors = [{instancePath:instancePath+"/claims",schemaPath:"#/properties/claims/enum",keyword:"enum",params:{allowedValues: schema65.properties.claims.enum}}];
return false;
}
var valid0 = _errs48 === errors;
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
}
}
}
else {
validate38.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}
validate38.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
if(valid2){
if(data4.provides !== undefined){
const _errs29 = errors;
if(!(validate22(data4.provides, {instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/provides",parentData:data4,parentDataProperty:"provides",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid2 = _errs29 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.requires !== undefined){
const _errs30 = errors;
if(!(validate28(data4.requires, {instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/requires",parentData:data4,parentDataProperty:"requires",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid2 = _errs30 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.sources !== undefined){
let data15 = data4.sources;
const _errs31 = errors;
if(errors === _errs31){
if(Array.isArray(data15)){
if(data15.length < 1){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources",schemaPath:"#/properties/components/additionalProperties/properties/sources/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid5 = true;
const len1 = data15.length;
for(let i1=0; i1<len1; i1++){
let data16 = data15[i1];
const _errs33 = errors;
if(errors === _errs33){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
const _errs35 = errors;
for(const key2 in data16){
if(!(((((key2 === "log") || (key2 === "table")) || (key2 === "from")) || (key2 === "to")) || (key2 === "excludes"))){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1,schemaPath:"#/properties/components/additionalProperties/properties/sources/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs35 === errors){
if(data16.log !== undefined){
const _errs36 = errors;
if(typeof data16.log !== "string"){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/log",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/log/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid6 = _errs36 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data16.table !== undefined){
let data18 = data16.table;
const _errs38 = errors;
if(errors === _errs38){
if(typeof data18 === "string"){
if(!pattern13.test(data18)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/table",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/table/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]{1,500}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/table",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/table/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid6 = _errs38 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data16.from !== undefined){
let data19 = data16.from;
const _errs40 = errors;
if(errors === _errs40){
if(typeof data19 === "string"){
if(!pattern14.test(data19)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/from",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/from/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/from",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/from/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid6 = _errs40 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data16.to !== undefined){
let data20 = data16.to;
const _errs42 = errors;
if(errors === _errs42){
if(typeof data20 === "string"){
if(!pattern14.test(data20)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/to",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/to/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/to",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/to/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid6 = _errs42 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data16.excludes !== undefined){
let data21 = data16.excludes;
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data21)){
if(data21.length < 1){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/excludes",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/excludes/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid7 = true;
const len2 = data21.length;
for(let i2=0; i2<len2; i2++){
let data22 = data21[i2];
const _errs46 = errors;
if(errors === _errs46){
if(typeof data22 === "string"){
if(!pattern16.test(data22)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/excludes/" + i2,schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/excludes/items/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/excludes/" + i2,schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/excludes/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid7 = _errs46 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1+"/excludes",schemaPath:"#/properties/components/additionalProperties/properties/sources/items/properties/excludes/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid6 = _errs44 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources/" + i1,schemaPath:"#/properties/components/additionalProperties/properties/sources/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs33 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/sources",schemaPath:"#/properties/components/additionalProperties/properties/sources/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs31 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.derived_from !== undefined){
let data23 = data4.derived_from;
const _errs48 = errors;
if(errors === _errs48){
if(Array.isArray(data23)){
if(data23.length < 1){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/derived_from",schemaPath:"#/properties/components/additionalProperties/properties/derived_from/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid8 = true;
const len3 = data23.length;
for(let i3=0; i3<len3; i3++){
let data24 = data23[i3];
const _errs50 = errors;
if(errors === _errs50){
if(typeof data24 === "string"){
if(!pattern17.test(data24)){
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/derived_from/" + i3,schemaPath:"#/properties/components/additionalProperties/properties/derived_from/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]{1,100}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/derived_from/" + i3,schemaPath:"#/properties/components/additionalProperties/properties/derived_from/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid8 = _errs50 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/components/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/derived_from",schemaPath:"#/properties/components/additionalProperties/properties/derived_from/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs48 === errors;
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
let data25 = data.commands;
const _errs52 = errors;
if(errors === _errs52){
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
const _errs54 = errors;
for(const key3 in data25){
if(!(((key3 === "predict") || (key3 === "adapt")) || (key3 === "evaluate"))){
validate20.errors = [{instancePath:instancePath+"/commands",schemaPath:"#/properties/commands/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}}];
return false;
break;
}
}
if(_errs54 === errors){
if(data25.predict !== undefined){
let data26 = data25.predict;
const _errs55 = errors;
if(errors === _errs55){
if(Array.isArray(data26)){
if(data26.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/predict",schemaPath:"#/properties/commands/properties/predict/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid10 = true;
const len4 = data26.length;
for(let i4=0; i4<len4; i4++){
let data27 = data26[i4];
const _errs57 = errors;
if(errors === _errs57){
if(typeof data27 === "string"){
if(!pattern18.test(data27)){
validate20.errors = [{instancePath:instancePath+"/commands/predict/" + i4,schemaPath:"#/properties/commands/properties/predict/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/predict/" + i4,schemaPath:"#/properties/commands/properties/predict/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid10 = _errs57 === errors;
if(!valid10){
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
var valid9 = _errs55 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data25.adapt !== undefined){
let data28 = data25.adapt;
const _errs59 = errors;
if(errors === _errs59){
if(Array.isArray(data28)){
if(data28.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/adapt",schemaPath:"#/properties/commands/properties/adapt/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid11 = true;
const len5 = data28.length;
for(let i5=0; i5<len5; i5++){
let data29 = data28[i5];
const _errs61 = errors;
if(errors === _errs61){
if(typeof data29 === "string"){
if(!pattern18.test(data29)){
validate20.errors = [{instancePath:instancePath+"/commands/adapt/" + i5,schemaPath:"#/properties/commands/properties/adapt/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/adapt/" + i5,schemaPath:"#/properties/commands/properties/adapt/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid11 = _errs61 === errors;
if(!valid11){
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
var valid9 = _errs59 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data25.evaluate !== undefined){
let data30 = data25.evaluate;
const _errs63 = errors;
if(errors === _errs63){
if(Array.isArray(data30)){
if(data30.length < 1){
validate20.errors = [{instancePath:instancePath+"/commands/evaluate",schemaPath:"#/properties/commands/properties/evaluate/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid12 = true;
const len6 = data30.length;
for(let i6=0; i6<len6; i6++){
let data31 = data30[i6];
const _errs65 = errors;
if(errors === _errs65){
if(typeof data31 === "string"){
if(!pattern18.test(data31)){
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i6,schemaPath:"#/properties/commands/properties/evaluate/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/commands/evaluate/" + i6,schemaPath:"#/properties/commands/properties/evaluate/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid12 = _errs65 === errors;
if(!valid12){
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
var valid9 = _errs63 === errors;
}
else {
var valid9 = true;
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
var valid0 = _errs52 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ignore !== undefined){
let data32 = data.ignore;
const _errs67 = errors;
if(errors === _errs67){
if(Array.isArray(data32)){
var valid13 = true;
const len7 = data32.length;
for(let i7=0; i7<len7; i7++){
let data33 = data32[i7];
const _errs69 = errors;
if(errors === _errs69){
if(typeof data33 === "string"){
if(!pattern4.test(data33)){
validate20.errors = [{instancePath:instancePath+"/ignore/" + i7,schemaPath:"#/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore/" + i7,schemaPath:"#/properties/ignore/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid13 = _errs69 === errors;
if(!valid13){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ignore",schemaPath:"#/properties/ignore/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs67 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pointers !== undefined){
let data34 = data.pointers;
const _errs71 = errors;
if(errors === _errs71){
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
for(const key4 in data34){
const _errs74 = errors;
if(!(validate32(data34[key4], {instancePath:instancePath+"/pointers/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data34,parentDataProperty:key4,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
var valid14 = _errs74 === errors;
if(!valid14){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pointers",schemaPath:"#/properties/pointers/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs71 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gates !== undefined){
let data36 = data.gates;
const _errs75 = errors;
if(errors === _errs75){
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
for(const key5 in data36){
const _errs78 = errors;
if(!(validate38(data36[key5], {instancePath:instancePath+"/gates/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data36,parentDataProperty:key5,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid15 = _errs78 === errors;
if(!valid15){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/gates",schemaPath:"#/properties/gates/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs75 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secrets !== undefined){
let data38 = data.secrets;
const _errs79 = errors;
if(errors === _errs79){
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
const _errs81 = errors;
for(const key6 in data38){
if(!(key6 === "allow")){
validate20.errors = [{instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}}];
return false;
break;
}
}
if(_errs81 === errors){
if(data38.allow !== undefined){
let data39 = data38.allow;
const _errs82 = errors;
if(errors === _errs82){
if(Array.isArray(data39)){
var valid17 = true;
const len8 = data39.length;
for(let i8=0; i8<len8; i8++){
let data40 = data39[i8];
const _errs84 = errors;
if(errors === _errs84){
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
let missing2;
if((((data40.fingerprint === undefined) && (missing2 = "fingerprint")) || ((data40.path === undefined) && (missing2 = "path"))) || ((data40.reason === undefined) && (missing2 = "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8,schemaPath:"#/properties/secrets/properties/allow/items/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const _errs86 = errors;
for(const key7 in data40){
if(!(((key7 === "path") || (key7 === "fingerprint")) || (key7 === "reason"))){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8,schemaPath:"#/properties/secrets/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}}];
return false;
break;
}
}
if(_errs86 === errors){
if(data40.path !== undefined){
let data41 = data40.path;
const _errs87 = errors;
if(errors === _errs87){
if(typeof data41 === "string"){
if(!pattern4.test(data41)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/path",schemaPath:"#/properties/secrets/properties/allow/items/properties/path/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid18 = _errs87 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data40.fingerprint !== undefined){
let data42 = data40.fingerprint;
const _errs89 = errors;
if(errors === _errs89){
if(typeof data42 === "string"){
if(!pattern40.test(data42)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/pattern",keyword:"pattern",params:{pattern: "^k1:[0-9a-f]+$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/fingerprint",schemaPath:"#/properties/secrets/properties/allow/items/properties/fingerprint/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid18 = _errs89 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data40.reason !== undefined){
let data43 = data40.reason;
const _errs91 = errors;
if(errors === _errs91){
if(typeof data43 === "string"){
if(!pattern41.test(data43)){
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8+"/reason",schemaPath:"#/properties/secrets/properties/allow/items/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid18 = _errs91 === errors;
}
else {
var valid18 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/secrets/allow/" + i8,schemaPath:"#/properties/secrets/properties/allow/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid17 = _errs84 === errors;
if(!valid17){
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
var valid0 = _errs79 === errors;
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

const checkedCommandOptions = validate40;

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/command.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate40.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(Array.isArray(data)){
if(data.length < 1){
validate40.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}}];
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
if(!pattern18.test(data0)){
validate40.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: "string"}}];
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
validate40.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}
validate40.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};

const checkedExternalOptions = validate41;

function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/external.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate41.evaluated;
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
validate41.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "uri") || (key0 === "digest")) || (key0 === "pin"))){
validate41.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
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
validate41.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate41.errors = [{instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/type",keyword:"type",params:{type: "string"}}];
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
if(!pattern16.test(data1)){
validate41.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate41.errors = [{instancePath:instancePath+"/digest",schemaPath:"../common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
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
validate41.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate41.errors = [{instancePath:instancePath+"/pin",schemaPath:"#/properties/pin/type",keyword:"type",params:{type: "string"}}];
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
validate41.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate41.errors = vErrors;
return errors === 0;
}
validate41.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedGitOptions = validate42;

function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/git.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate42.evaluated;
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
validate42.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "repository") || (key0 === "revision")) || (key0 === "path"))){
validate42.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
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
validate42.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/type",keyword:"type",params:{type: "string"}}];
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
validate42.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "string"}}];
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
validate42.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}}];
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
validate42.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate42.errors = vErrors;
return errors === 0;
}
validate42.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedImageOptions = validate43;
const pattern49 = new RegExp("^[^\\s@]+@sha256:[0-9a-f]{64}$", "u");

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/image.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate43.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(typeof data === "string"){
if(!pattern49.test(data)){
validate43.errors = [{instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\s@]+@sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate43.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
validate43.errors = vErrors;
return errors === 0;
}
validate43.evaluated = {"dynamicProps":false,"dynamicItems":false};

const checkedPathOptions = validate44;

function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/path.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate44.evaluated;
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
validate44.errors = vErrors;
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
validate44.errors = vErrors;
evaluated0.items = items0;
return errors === 0;
}
validate44.evaluated = {"dynamicProps":false,"dynamicItems":true};

const checkedSourceCommandOptions = validate45;
const pattern53 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/source-command.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate45.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.command === undefined) && (missing0 = "command")){
validate45.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "command") || (key0 === "env")) || (key0 === "timeout"))){
validate45.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.command !== undefined){
let data0 = data.command;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
if(data0.length < 1){
validate45.errors = [{instancePath:instancePath+"/command",schemaPath:"#/properties/command/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(!pattern18.test(data1)){
validate45.errors = [{instancePath:instancePath+"/command/" + i0,schemaPath:"#/properties/command/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}}];
return false;
}
}
else {
validate45.errors = [{instancePath:instancePath+"/command/" + i0,schemaPath:"#/properties/command/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate45.errors = [{instancePath:instancePath+"/command",schemaPath:"#/properties/command/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.env !== undefined){
let data2 = data.env;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid2 = true;
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
let data3 = data2[i1];
const _errs8 = errors;
if(errors === _errs8){
if(typeof data3 === "string"){
if(!pattern53.test(data3)){
validate45.errors = [{instancePath:instancePath+"/env/" + i1,schemaPath:"#/properties/env/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"}}];
return false;
}
}
else {
validate45.errors = [{instancePath:instancePath+"/env/" + i1,schemaPath:"#/properties/env/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
else {
validate45.errors = [{instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.timeout !== undefined){
let data4 = data.timeout;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data4 === "string"){
if(!pattern22.test(data4)){
validate45.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate45.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs10 === errors;
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
validate45.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate45.errors = vErrors;
return errors === 0;
}
validate45.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedSourceHttpOptions = validate46;
const schema76 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"drivers/source-http.schema.json","title":"SourceHttpOptions","description":"A URL that is sent one JSON document and answers with one; with `method: GET` it is asked for one number.","type":"object","additionalProperties":false,"required":["url"],"properties":{"url":{"description":"http:// or https://, or env:NAME, the variable that has it. Without a name or password.","type":"string","pattern":"^(https?://[^\\s/?#@]+([/?#][^\\s]*)?|env:[A-Za-z_][A-Za-z0-9_]*)$"},"method":{"description":"POST where nothing is said.","type":"string","enum":["GET","POST"]},"value":{"description":"A JSON pointer to the number in what a GET answers.","type":"string","pattern":"^(/([^~/]|~[01])*)*$"},"headers":{"description":"Sent with each request. env:NAME in a value is replaced by that variable.","type":"object","propertyNames":{"pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"},"additionalProperties":{"type":"string","pattern":"^[\\t\\x20-\\x7e]*$"}},"timeout":{"$ref":"../common.schema.json#/$defs/span","description":"How long an answer may take; 10s where nothing is said."}}};
const pattern55 = new RegExp("^(https?://[^\\s/?#@]+([/?#][^\\s]*)?|env:[A-Za-z_][A-Za-z0-9_]*)$", "u");
const pattern56 = new RegExp("^(/([^~/]|~[01])*)*$", "u");
const pattern57 = new RegExp("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$", "u");
const pattern58 = new RegExp("^[\\t\\x20-\\x7e]*$", "u");

function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/source-http.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate46.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.url === undefined) && (missing0 = "url")){
validate46.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "url") || (key0 === "method")) || (key0 === "value")) || (key0 === "headers")) || (key0 === "timeout"))){
validate46.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
let data0 = data.url;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern55.test(data0)){
validate46.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/pattern",keyword:"pattern",params:{pattern: "^(https?://[^\\s/?#@]+([/?#][^\\s]*)?|env:[A-Za-z_][A-Za-z0-9_]*)$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.method !== undefined){
let data1 = data.method;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate46.errors = [{instancePath:instancePath+"/method",schemaPath:"#/properties/method/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data1 === "GET") || (data1 === "POST"))){
validate46.errors = [{instancePath:instancePath+"/method",schemaPath:"#/properties/method/enum",keyword:"enum",params:{allowedValues: schema76.properties.method.enum}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.value !== undefined){
let data2 = data.value;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data2 === "string"){
if(!pattern56.test(data2)){
validate46.errors = [{instancePath:instancePath+"/value",schemaPath:"#/properties/value/pattern",keyword:"pattern",params:{pattern: "^(/([^~/]|~[01])*)*$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/value",schemaPath:"#/properties/value/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.headers !== undefined){
let data3 = data.headers;
const _errs8 = errors;
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 in data3){
const _errs10 = errors;
if(typeof key1 === "string"){
if(!pattern57.test(key1)){
const err0 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"},propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs10 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate46.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data3){
let data4 = data3[key2];
const _errs12 = errors;
if(errors === _errs12){
if(typeof data4 === "string"){
if(!pattern58.test(data4)){
validate46.errors = [{instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headers/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[\\t\\x20-\\x7e]*$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs12 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.timeout !== undefined){
let data5 = data.timeout;
const _errs14 = errors;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data5 === "string"){
if(!pattern22.test(data5)){
validate46.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/type",keyword:"type",params:{type: "string"}}];
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
validate46.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate46.errors = vErrors;
return errors === 0;
}
validate46.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedSourcePredictionsOptions = validate47;

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/source-predictions.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate47.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
validate47.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate47.errors = vErrors;
return errors === 0;
}
validate47.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedSourcePrometheusOptions = validate48;

function validate48(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/source-prometheus.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate48.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.url === undefined) && (missing0 = "url")){
validate48.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "url") || (key0 === "headers")) || (key0 === "timeout"))){
validate48.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
let data0 = data.url;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern55.test(data0)){
validate48.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/pattern",keyword:"pattern",params:{pattern: "^(https?://[^\\s/?#@]+([/?#][^\\s]*)?|env:[A-Za-z_][A-Za-z0-9_]*)$"}}];
return false;
}
}
else {
validate48.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.headers !== undefined){
let data1 = data.headers;
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
const _errs6 = errors;
if(typeof key1 === "string"){
if(!pattern57.test(key1)){
const err0 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"},propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate48.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data1){
let data2 = data1[key2];
const _errs8 = errors;
if(errors === _errs8){
if(typeof data2 === "string"){
if(!pattern58.test(data2)){
validate48.errors = [{instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headers/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[\\t\\x20-\\x7e]*$"}}];
return false;
}
}
else {
validate48.errors = [{instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate48.errors = [{instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.timeout !== undefined){
let data3 = data.timeout;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data3 === "string"){
if(!pattern22.test(data3)){
validate48.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate48.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs10 === errors;
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
validate48.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate48.errors = vErrors;
return errors === 0;
}
validate48.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedSourceSqlOptions = validate49;
const pattern64 = new RegExp("^env:[A-Za-z_][A-Za-z0-9_]*$", "u");

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/source-sql.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate49.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.connection === undefined) && (missing0 = "connection")){
validate49.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "connection") || (key0 === "timeout"))){
validate49.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.connection !== undefined){
let data0 = data.connection;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern64.test(data0)){
validate49.errors = [{instancePath:instancePath+"/connection",schemaPath:"#/properties/connection/pattern",keyword:"pattern",params:{pattern: "^env:[A-Za-z_][A-Za-z0-9_]*$"}}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/connection",schemaPath:"#/properties/connection/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.timeout !== undefined){
let data1 = data.timeout;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern22.test(data1)){
validate49.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/timeout",schemaPath:"../common.schema.json#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate49.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}
validate49.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedValueOptions = validate50;
const schema83 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"drivers/value.schema.json","title":"ValueOptions","description":"Any JSON value.","type":["object","array","string","number","boolean"],"tsType":"unknown"};

function validate50(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="drivers/value.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate50.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((((!data || typeof data != "object") && (typeof data !== "string")) && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
validate50.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema83.type}}];
return false;
}
validate50.errors = vErrors;
return errors === 0;
}
validate50.evaluated = {"dynamicProps":false,"dynamicItems":false};

const checkedEvaluationFile = validate51;

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
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
if(!pattern38.test(key0)){
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
validate52.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs5 = errors;
if(!((typeof data0 == "number") && (isFinite(data0)))){
validate52.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "number"}}];
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
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate54.evaluated;
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
if(!pattern38.test(key0)){
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
validate54.errors = vErrors;
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
validate54.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 999999999999 || isNaN(data0)){
validate54.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate54.errors = [{instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
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
validate54.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}
validate54.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="evaluation.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate51.evaluated;
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
validate51.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((key0 === "metrics") || (key0 === "samples")) || (key0 === "eval_set")) || (key0 === "runner")) || (key0 === "bundle")) || (key0 === "items"))){
validate51.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.metrics !== undefined){
let data0 = data.metrics;
const _errs2 = errors;
if(!(validate52(data0, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate52.errors : vErrors.concat(validate52.errors);
errors = vErrors.length;
}
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length < 1){
validate51.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/minProperties",keyword:"minProperties",params:{limit: 1}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}}];
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
if(!(validate54(data1, {instancePath:instancePath+"/samples",parentData:data,parentDataProperty:"samples",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
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
validate51.errors = vErrors;
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
if(!pattern16.test(data2)){
validate51.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/eval_set",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
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
if(!pattern41.test(data3)){
validate51.errors = [{instancePath:instancePath+"/runner",schemaPath:"#/properties/runner/pattern",keyword:"pattern",params:{pattern: "\\S"}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/runner",schemaPath:"#/properties/runner/type",keyword:"type",params:{type: "string"}}];
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
if(!pattern16.test(data4)){
validate51.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.items !== undefined){
let data5 = data.items;
const _errs17 = errors;
if(errors === _errs17){
if(Array.isArray(data5)){
if(data5.length < 1){
validate51.errors = [{instancePath:instancePath+"/items",schemaPath:"#/properties/items/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid4 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs19 = errors;
if(errors === _errs19){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if(((data6.id === undefined) && (missing1 = "id")) || ((data6.value === undefined) && (missing1 = "value"))){
validate51.errors = [{instancePath:instancePath+"/items/" + i0,schemaPath:"#/properties/items/items/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs21 = errors;
for(const key1 in data6){
if(!(((key1 === "id") || (key1 === "value")) || (key1 === "metric"))){
validate51.errors = [{instancePath:instancePath+"/items/" + i0,schemaPath:"#/properties/items/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs21 === errors){
if(data6.id !== undefined){
let data7 = data6.id;
const _errs22 = errors;
const _errs23 = errors;
let valid6 = false;
const _errs24 = errors;
if(errors === _errs24){
if(typeof data7 === "string"){
if(!pattern8.test(data7)){
const err4 = {instancePath:instancePath+"/items/" + i0+"/id",schemaPath:"#/properties/items/items/properties/id/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\p{Cc}\\p{Cs}]{1,200}$"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/items/" + i0+"/id",schemaPath:"#/properties/items/items/properties/id/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid1 = _errs24 === errors;
valid6 = valid6 || _valid1;
const _errs26 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err6 = {instancePath:instancePath+"/items/" + i0+"/id",schemaPath:"#/properties/items/items/properties/id/anyOf/1/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid1 = _errs26 === errors;
valid6 = valid6 || _valid1;
if(!valid6){
const err7 = {instancePath:instancePath+"/items/" + i0+"/id",schemaPath:"#/properties/items/items/properties/id/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
validate51.errors = vErrors;
return false;
}
else {
errors = _errs23;
if(vErrors !== null){
if(_errs23){
vErrors.length = _errs23;
}
else {
vErrors = null;
}
}
}
var valid5 = _errs22 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.value !== undefined){
let data8 = data6.value;
const _errs28 = errors;
if(!((typeof data8 == "number") && (isFinite(data8)))){
validate51.errors = [{instancePath:instancePath+"/items/" + i0+"/value",schemaPath:"#/properties/items/items/properties/value/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid5 = _errs28 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.metric !== undefined){
let data9 = data6.metric;
const _errs30 = errors;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data9 === "string"){
if(!pattern38.test(data9)){
validate51.errors = [{instancePath:instancePath+"/items/" + i0+"/metric",schemaPath:"common.schema.json#/$defs/metricName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,99}$"}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/items/" + i0+"/metric",schemaPath:"common.schema.json#/$defs/metricName/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs30 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
else {
validate51.errors = [{instancePath:instancePath+"/items/" + i0,schemaPath:"#/properties/items/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs19 === errors;
if(!valid4){
break;
}
}
}
}
else {
validate51.errors = [{instancePath:instancePath+"/items",schemaPath:"#/properties/items/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs17 === errors;
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
else {
validate51.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate51.errors = vErrors;
return errors === 0;
}
validate51.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedWatchFile = validate56;

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate57.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.guards === undefined) && (missing0 = "guards")){
validate57.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.source !== undefined){
const _errs1 = errors;
if(typeof data.source !== "string"){
validate57.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.interval !== undefined){
let data1 = data.interval;
const _errs3 = errors;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(!pattern22.test(data1)){
validate57.errors = [{instancePath:instancePath+"/interval",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate57.errors = [{instancePath:instancePath+"/interval",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.grace !== undefined){
let data2 = data.grace;
const _errs6 = errors;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data2 === "string"){
if(!pattern22.test(data2)){
validate57.errors = [{instancePath:instancePath+"/grace",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate57.errors = [{instancePath:instancePath+"/grace",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.budget !== undefined){
let data3 = data.budget;
const _errs9 = errors;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data3 === "string"){
if(!pattern29.test(data3)){
validate57.errors = [{instancePath:instancePath+"/budget",schemaPath:"#/$defs/percentage/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,4}([.][0-9]{1,3})?%$"}}];
return false;
}
}
else {
validate57.errors = [{instancePath:instancePath+"/budget",schemaPath:"#/$defs/percentage/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keep_watching !== undefined){
let data4 = data.keep_watching;
const _errs12 = errors;
const _errs13 = errors;
if(errors === _errs13){
if(typeof data4 === "string"){
if(!pattern22.test(data4)){
validate57.errors = [{instancePath:instancePath+"/keep_watching",schemaPath:"#/$defs/span/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}[smhd]$"}}];
return false;
}
}
else {
validate57.errors = [{instancePath:instancePath+"/keep_watching",schemaPath:"#/$defs/span/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dryRun !== undefined){
let data5 = data.dryRun;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data5)){
var valid5 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(typeof data5[i0] !== "string"){
validate57.errors = [{instancePath:instancePath+"/dryRun/" + i0,schemaPath:"#/properties/dryRun/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs17 === errors;
if(!valid5){
break;
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/dryRun",schemaPath:"#/properties/dryRun/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.notify !== undefined){
let data7 = data.notify;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data7)){
if(data7.length < 1){
validate57.errors = [{instancePath:instancePath+"/notify",schemaPath:"#/properties/notify/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid6 = true;
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
const _errs21 = errors;
if(errors === _errs21){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
const _errs23 = errors;
for(const key0 in data8){
if(!((key0 === "command") || (key0 === "webhook"))){
validate57.errors = [{instancePath:instancePath+"/notify/" + i1,schemaPath:"#/properties/notify/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs23 === errors){
if(data8.command !== undefined){
let data9 = data8.command;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data9)){
if(data9.length < 1){
validate57.errors = [{instancePath:instancePath+"/notify/" + i1+"/command",schemaPath:"#/properties/notify/items/properties/command/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid8 = true;
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
const _errs26 = errors;
if(typeof data9[i2] !== "string"){
validate57.errors = [{instancePath:instancePath+"/notify/" + i1+"/command/" + i2,schemaPath:"#/properties/notify/items/properties/command/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs26 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/notify/" + i1+"/command",schemaPath:"#/properties/notify/items/properties/command/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid7 = _errs24 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data8.webhook !== undefined){
const _errs28 = errors;
if(typeof data8.webhook !== "string"){
validate57.errors = [{instancePath:instancePath+"/notify/" + i1+"/webhook",schemaPath:"#/properties/notify/items/properties/webhook/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs28 === errors;
}
else {
var valid7 = true;
}
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/notify/" + i1,schemaPath:"#/properties/notify/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid6 = _errs21 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/notify",schemaPath:"#/properties/notify/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.guards !== undefined){
let data12 = data.guards;
const _errs30 = errors;
if(errors === _errs30){
if(Array.isArray(data12)){
if(data12.length < 1){
validate57.errors = [{instancePath:instancePath+"/guards",schemaPath:"#/properties/guards/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid9 = true;
const len3 = data12.length;
for(let i3=0; i3<len3; i3++){
const _errs32 = errors;
if(!(validate34(data12[i3], {instancePath:instancePath+"/guards/" + i3,parentData:data12,parentDataProperty:i3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid9 = _errs32 === errors;
if(!valid9){
break;
}
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/guards",schemaPath:"#/properties/guards/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs30 === errors;
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
else {
validate57.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate57.errors = vErrors;
return errors === 0;
}
validate57.evaluated = {"props":{"source":true,"interval":true,"grace":true,"budget":true,"keep_watching":true,"dryRun":true,"notify":true,"guards":true},"dynamicProps":false,"dynamicItems":false};


function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="watch-file.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(data && typeof data == "object" && !Array.isArray(data))){
validate56.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
if(!(validate57(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
errors = vErrors.length;
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"props":{"source":true,"interval":true,"grace":true,"budget":true,"keep_watching":true,"dryRun":true,"notify":true,"guards":true},"dynamicProps":false,"dynamicItems":false};

export const validateCommandOptions: Validator<CommandOptions> = checkedCommandOptions
export const validateConfigFile: Validator<ConfigFile> = checkedConfigFile
export const validateEvaluationFile: Validator<EvaluationFile> = checkedEvaluationFile
export const validateExternalOptions: Validator<ExternalOptions> = checkedExternalOptions
export const validateGitOptions: Validator<GitOptions> = checkedGitOptions
export const validateImageOptions: Validator<ImageOptions> = checkedImageOptions
export const validatePathOptions: Validator<PathOptions> = checkedPathOptions
export const validateSourceCommandOptions: Validator<SourceCommandOptions> = checkedSourceCommandOptions
export const validateSourceHttpOptions: Validator<SourceHttpOptions> = checkedSourceHttpOptions
export const validateSourcePredictionsOptions: Validator<SourcePredictionsOptions> = checkedSourcePredictionsOptions
export const validateSourcePrometheusOptions: Validator<SourcePrometheusOptions> = checkedSourcePrometheusOptions
export const validateSourceSqlOptions: Validator<SourceSqlOptions> = checkedSourceSqlOptions
export const validateValueOptions: Validator<ValueOptions> = checkedValueOptions
export const validateWatchFile: Validator<WatchFile> = checkedWatchFile

/** A component kind's validator: the key in aiship.yaml is the schema's name in schemas/drivers. */
export const KINDS: Readonly<Record<string, Validator<unknown>>> = {
  command: validateCommandOptions,
  external: validateExternalOptions,
  git: validateGitOptions,
  image: validateImageOptions,
  path: validatePathOptions,
  value: validateValueOptions,
}

/** The same of a source of live numbers: schemas/drivers/source-<kind>. */
export const SOURCES: Readonly<Record<string, Validator<unknown>>> = {
  command: validateSourceCommandOptions,
  http: validateSourceHttpOptions,
  predictions: validateSourcePredictionsOptions,
  prometheus: validateSourcePrometheusOptions,
  sql: validateSourceSqlOptions,
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
    "to",
    "provides",
    "requires",
    "sources",
    "derived_from"
  ],
  "config#/properties/components/additionalProperties/properties/sources/items": [
    "log",
    "table",
    "from",
    "to",
    "excludes"
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
  "drivers/source-command#": [
    "command",
    "env",
    "timeout"
  ],
  "drivers/source-http#": [
    "url",
    "method",
    "value",
    "headers",
    "timeout"
  ],
  "drivers/source-predictions#": [],
  "drivers/source-prometheus#": [
    "url",
    "headers",
    "timeout"
  ],
  "drivers/source-sql#": [
    "connection",
    "timeout"
  ],
  "evaluation#": [
    "metrics",
    "samples",
    "eval_set",
    "runner",
    "bundle",
    "items"
  ],
  "evaluation#/properties/items/items": [
    "id",
    "value",
    "metric"
  ],
  "common#/$defs/autoPromote": [
    "through",
    "soak"
  ],
  "common#/$defs/demands/additionalProperties/additionalProperties/anyOf/2": [
    "includes"
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
    "approvals",
    "untainted",
    "unknown",
    "claims"
  ],
  "common#/$defs/guard": [
    "name",
    "kind",
    "source",
    "events",
    "exposures",
    "field",
    "of",
    "bins",
    "direction",
    "margin",
    "ceiling",
    "alpha",
    "by",
    "unit",
    "overdispersion",
    "delay",
    "onFail",
    "noData",
    "deadline",
    "worse",
    "better",
    "cap",
    "burnIn",
    "query",
    "successCondition",
    "failureCondition",
    "failureLimit",
    "inconclusiveLimit",
    "count",
    "consecutiveErrorLimit",
    "consecutiveSuccessLimit"
  ],
  "common#/$defs/guard/properties/noData": [
    "after",
    "then"
  ],
  "common#/$defs/pointerRules": [
    "protected",
    "require",
    "from",
    "soak",
    "freeze",
    "auto_promote",
    "watch"
  ],
  "common#/$defs/watch": [
    "source",
    "interval",
    "grace",
    "budget",
    "keep_watching",
    "dryRun",
    "notify",
    "guards"
  ],
  "common#/$defs/watch/properties/notify/items": [
    "command",
    "webhook"
  ]
}
