// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { CheckoutRecord, Format, IndexRecord, Label, Manifest, MarkEntry, PointerEntry, Release, Tree, VersionEntry } from './model.gen.ts'

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

const checkedCheckoutRecord = validate20;
const pattern4 = new RegExp("^sha256:[0-9a-f]{64}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="checkout.schema.json" */;
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
if((((data.files === undefined) && (missing0 = "files")) || ((data.format === undefined) && (missing0 = "format"))) || ((data.pending === undefined) && (missing0 = "pending"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "format") || (key0 === "files")) || (key0 === "pending"))){
validate20.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
let data0 = data.format;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate20.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate20.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.files !== undefined){
let data1 = data.files;
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
let data2 = data1[key1];
const _errs7 = errors;
if(errors === _errs7){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.digest === undefined) && (missing1 = "digest")) || ((data2.stat === undefined) && (missing1 = "stat"))){
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/files/additionalProperties/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs9 = errors;
for(const key2 in data2){
if(!((key2 === "digest") || (key2 === "stat"))){
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/files/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs9 === errors){
if(data2.digest !== undefined){
let data3 = data2.digest;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/digest",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/digest",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.stat !== undefined){
const _errs13 = errors;
if(typeof data2.stat !== "string"){
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/stat",schemaPath:"#/properties/files/additionalProperties/properties/stat/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/files/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs7 === errors;
if(!valid1){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/files",schemaPath:"#/properties/files/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pending !== undefined){
let data5 = data.pending;
const _errs15 = errors;
if(errors === _errs15){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key3 in data5){
let data6 = data5[key3];
const _errs18 = errors;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
validate20.errors = [{instancePath:instancePath+"/pending/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pending/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid4 = _errs18 === errors;
if(!valid4){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pending",schemaPath:"#/properties/pending/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs15 === errors;
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
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedFormat = validate22;

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="format.schema.json" */;
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
let missing0;
if(((((data.format === undefined) && (missing0 = "format")) || ((data.hash === undefined) && (missing0 = "hash"))) || ((data.id === undefined) && (missing0 = "id"))) || ((data.layout === undefined) && (missing0 = "layout"))){
validate22.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "format") || (key0 === "id")) || (key0 === "hash")) || (key0 === "layout"))){
validate22.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
let data0 = data.format;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate22.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
validate22.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
const _errs4 = errors;
if(typeof data.id !== "string"){
validate22.errors = [{instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hash !== undefined){
let data2 = data.hash;
const _errs6 = errors;
if(typeof data2 !== "string"){
validate22.errors = [{instancePath:instancePath+"/hash",schemaPath:"#/properties/hash/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("sha256" !== data2){
validate22.errors = [{instancePath:instancePath+"/hash",schemaPath:"#/properties/hash/const",keyword:"const",params:{allowedValue: "sha256"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.layout !== undefined){
let data3 = data.layout;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate22.errors = [{instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
validate22.errors = [{instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
var valid0 = _errs8 === errors;
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

const checkedIndexRecord = validate23;
const schema36 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"index.schema.json","title":"IndexRecord","description":"Which version first has a digest in an app: derived from the version log, rebuilt by fsck, never trusted alone.","type":"object","additionalProperties":false,"required":["kind","version"],"properties":{"kind":{"type":"string","enum":["bundle","component"]},"version":{"$ref":"common.schema.json#/$defs/version"}}};
const pattern6 = new RegExp("^v[1-9][0-9]{0,11}$", "u");

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="index.schema.json" */;
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
if(((data.kind === undefined) && (missing0 = "kind")) || ((data.version === undefined) && (missing0 = "version"))){
validate23.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "kind") || (key0 === "version"))){
validate23.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kind !== undefined){
let data0 = data.kind;
const _errs2 = errors;
if(typeof data0 !== "string"){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data0 === "bundle") || (data0 === "component"))){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema36.properties.kind.enum}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data1 = data.version;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
validate23.errors = [{instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/type",keyword:"type",params:{type: "string"}}];
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
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedLabel = validate24;
const schema41 = {"description":"Who did it, as declared: never proven.","type":"object","additionalProperties":false,"required":["kind","name"],"properties":{"kind":{"type":"string","enum":["human","automation"]},"name":{"type":"string"}}};
const pattern9 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="label.schema.json" */;
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
if((((((data.actor === undefined) && (missing0 = "actor")) || ((data.at === undefined) && (missing0 = "at"))) || ((data.bundle === undefined) && (missing0 = "bundle"))) || ((data.label === undefined) && (missing0 = "label"))) || ((data.version === undefined) && (missing0 = "version"))){
validate24.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "label") || (key0 === "bundle")) || (key0 === "version")) || (key0 === "actor")) || (key0 === "at"))){
validate24.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.label !== undefined){
const _errs2 = errors;
if(typeof data.label !== "string"){
validate24.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bundle !== undefined){
let data1 = data.bundle;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
validate24.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data2 = data.version;
const _errs7 = errors;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data2 === "string"){
if(!pattern6.test(data2)){
validate24.errors = [{instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.actor !== undefined){
let data3 = data.actor;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if(((data3.kind === undefined) && (missing1 = "kind")) || ((data3.name === undefined) && (missing1 = "name"))){
validate24.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs13 = errors;
for(const key1 in data3){
if(!((key1 === "kind") || (key1 === "name"))){
validate24.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs13 === errors){
if(data3.kind !== undefined){
let data4 = data3.kind;
const _errs14 = errors;
if(typeof data4 !== "string"){
validate24.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data4 === "human") || (data4 === "automation"))){
validate24.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/enum",keyword:"enum",params:{allowedValues: schema41.properties.kind.enum}}];
return false;
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data3.name !== undefined){
const _errs16 = errors;
if(typeof data3.name !== "string"){
validate24.errors = [{instancePath:instancePath+"/actor/name",schemaPath:"common.schema.json#/$defs/actor/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.at !== undefined){
let data6 = data.at;
const _errs18 = errors;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data6 === "string"){
if(!pattern9.test(data6)){
validate24.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}}];
return false;
}
}
else {
validate24.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs18 === errors;
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
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedManifest = validate25;
const pattern10 = new RegExp("^[a-z0-9][a-z0-9._-]{0,62}$", "u");
const schema45 = {"description":"One named part of a bundle.","type":"object","additionalProperties":false,"required":["digest","kind","layer","name","role","size"],"properties":{"name":{"$ref":"#/$defs/name"},"role":{"$ref":"#/$defs/role"},"layer":{"$ref":"#/$defs/layer"},"kind":{"description":"How the bytes were collected.","type":"string"},"digest":{"$ref":"#/$defs/digest"},"size":{"$ref":"#/$defs/count","description":"Bytes of all files; of the canonical reference when not stored."},"path":{"type":"string","description":"Where it stands in a checkout, relative to its root; '.' for a tree of the root. Absent when not stored."},"tree":{"type":"boolean","const":true,"description":"The digest names a tree, not a file."},"exec":{"type":"boolean","const":true,"description":"A single file that is executable."},"stored":{"type":"boolean","const":false,"description":"The bytes are not in the registry: the digest is that of `reference`."},"reference":{"description":"What an external or image component points to.","type":"object","additionalProperties":{"type":["string","integer"]}}}};
const schema47 = {"description":"What a component is; it implies the layer.","type":"string","enum":["dataset","eval-set","embedding-index","feature-pipeline","tokenizer","embedder","model-weights","model","hyperparameters","prompt","tool-schema","agent-routing","guardrail","inference-code","runtime"]};
const schema48 = {"type":"string","enum":["data","features","logic","serving"]};
const func1 = Object.prototype.hasOwnProperty;

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.digest === undefined) && (missing0 = "digest")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.layer === undefined) && (missing0 = "layer"))) || ((data.name === undefined) && (missing0 = "name"))) || ((data.role === undefined) && (missing0 = "role"))) || ((data.size === undefined) && (missing0 = "size"))){
validate26.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema45.properties, key0))){
validate26.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern10.test(data0)){
validate26.errors = [{instancePath:instancePath+"/name",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/name",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.role !== undefined){
let data1 = data.role;
const _errs5 = errors;
if(typeof data1 !== "string"){
validate26.errors = [{instancePath:instancePath+"/role",schemaPath:"#/$defs/role/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((((((((((data1 === "dataset") || (data1 === "eval-set")) || (data1 === "embedding-index")) || (data1 === "feature-pipeline")) || (data1 === "tokenizer")) || (data1 === "embedder")) || (data1 === "model-weights")) || (data1 === "model")) || (data1 === "hyperparameters")) || (data1 === "prompt")) || (data1 === "tool-schema")) || (data1 === "agent-routing")) || (data1 === "guardrail")) || (data1 === "inference-code")) || (data1 === "runtime"))){
validate26.errors = [{instancePath:instancePath+"/role",schemaPath:"#/$defs/role/enum",keyword:"enum",params:{allowedValues: schema47.enum}}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.layer !== undefined){
let data2 = data.layer;
const _errs8 = errors;
if(typeof data2 !== "string"){
validate26.errors = [{instancePath:instancePath+"/layer",schemaPath:"#/$defs/layer/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data2 === "data") || (data2 === "features")) || (data2 === "logic")) || (data2 === "serving"))){
validate26.errors = [{instancePath:instancePath+"/layer",schemaPath:"#/$defs/layer/enum",keyword:"enum",params:{allowedValues: schema48.enum}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
const _errs11 = errors;
if(typeof data.kind !== "string"){
validate26.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.digest !== undefined){
let data4 = data.digest;
const _errs13 = errors;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
validate26.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.size !== undefined){
let data5 = data.size;
const _errs16 = errors;
const _errs17 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate26.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs17){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 9007199254740991 || isNaN(data5)){
validate26.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate26.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.path !== undefined){
const _errs19 = errors;
if(typeof data.path !== "string"){
validate26.errors = [{instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tree !== undefined){
let data7 = data.tree;
const _errs21 = errors;
if(typeof data7 !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/tree",schemaPath:"#/properties/tree/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data7){
validate26.errors = [{instancePath:instancePath+"/tree",schemaPath:"#/properties/tree/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.exec !== undefined){
let data8 = data.exec;
const _errs23 = errors;
if(typeof data8 !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/exec",schemaPath:"#/properties/exec/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data8){
validate26.errors = [{instancePath:instancePath+"/exec",schemaPath:"#/properties/exec/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stored !== undefined){
let data9 = data.stored;
const _errs25 = errors;
if(typeof data9 !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/stored",schemaPath:"#/properties/stored/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(false !== data9){
validate26.errors = [{instancePath:instancePath+"/stored",schemaPath:"#/properties/stored/const",keyword:"const",params:{allowedValue: false}}];
return false;
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reference !== undefined){
let data10 = data.reference;
const _errs27 = errors;
if(errors === _errs27){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key1 in data10){
let data11 = data10[key1];
const _errs30 = errors;
if((typeof data11 !== "string") && (!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11))))){
validate26.errors = [{instancePath:instancePath+"/reference/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/reference/additionalProperties/type",keyword:"type",params:{type: schema45.properties.reference.additionalProperties.type}}];
return false;
}
var valid6 = _errs30 === errors;
if(!valid6){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/reference",schemaPath:"#/properties/reference/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs27 === errors;
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
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="manifest.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.app === undefined) && (missing0 = "app")) || ((data.commands === undefined) && (missing0 = "commands"))) || ((data.components === undefined) && (missing0 = "components"))) || ((data.format === undefined) && (missing0 = "format"))){
validate25.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "format") || (key0 === "app")) || (key0 === "commands")) || (key0 === "components"))){
validate25.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
let data0 = data.format;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate25.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate25.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.app !== undefined){
let data1 = data.app;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern10.test(data1)){
validate25.errors = [{instancePath:instancePath+"/app",schemaPath:"common.schema.json#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate25.errors = [{instancePath:instancePath+"/app",schemaPath:"common.schema.json#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.commands !== undefined){
let data2 = data.commands;
const _errs7 = errors;
if(errors === _errs7){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
let data3 = data2[key1];
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data3)){
if(data3.length < 1){
validate25.errors = [{instancePath:instancePath+"/commands/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/commands/additionalProperties/minItems",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid3 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs12 = errors;
if(typeof data3[i0] !== "string"){
validate25.errors = [{instancePath:instancePath+"/commands/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/properties/commands/additionalProperties/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs12 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/commands/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/commands/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs10 === errors;
if(!valid2){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/commands",schemaPath:"#/properties/commands/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.components !== undefined){
let data5 = data.components;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data5)){
var valid4 = true;
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
const _errs16 = errors;
if(!(validate26(data5[i1], {instancePath:instancePath+"/components/" + i1,parentData:data5,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid4 = _errs16 === errors;
if(!valid4){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "array"}}];
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
validate25.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedMarkEntry = validate28;
const schema51 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"mark-entry.schema.json","title":"MarkEntry","description":"A verdict on a digest: a bundle or a component.","type":"object","additionalProperties":false,"required":["actor","at","digest","id","lifts","log","op","prev","reason","registry","scope","seq","v","verdict"],"properties":{"v":{"description":"Format of the entry.","type":"integer","const":1},"log":{"description":"The log that it belongs to, e.g. `pointers/fraud-scorer/prod`.","type":"string"},"seq":{"$ref":"common.schema.json#/$defs/sequence"},"prev":{"description":"SHA-256 of the previous entry's bytes; null in entry 1.","anyOf":[{"$ref":"common.schema.json#/$defs/digest"},{"type":"null"}]},"op":{"description":"One per invocation of a command: the key by which a repeat is recognised.","type":"string"},"registry":{"description":"The registry's id.","type":"string"},"actor":{"$ref":"common.schema.json#/$defs/actor"},"at":{"$ref":"common.schema.json#/$defs/time"},"id":{"$ref":"common.schema.json#/$defs/digest","description":"SHA-256 of the canonical entry without `id`."},"digest":{"$ref":"common.schema.json#/$defs/digest"},"verdict":{"$ref":"common.schema.json#/$defs/verdict"},"reason":{"$ref":"common.schema.json#/$defs/text"},"scope":{"description":"Null: for the whole registry.","anyOf":[{"$ref":"common.schema.json#/$defs/scope"},{"type":"null"}]},"lifts":{"$ref":"common.schema.json#/$defs/text","description":"With `lifted`: the operation whose marks are taken back."}}};
const schema58 = {"description":"`lifted` takes back the marks of one earlier operation.","type":"string","enum":["bad","good","lifted"]};
const schema59 = {"description":"Free text of a person or program, or null.","type":["string","null"]};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.app === undefined) && (missing0 = "app")) || ((data.pointer === undefined) && (missing0 = "pointer"))){
validate29.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "app") || (key0 === "pointer"))){
validate29.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.app !== undefined){
let data0 = data.app;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern10.test(data0)){
validate29.errors = [{instancePath:instancePath+"/app",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/app",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pointer !== undefined){
let data1 = data.pointer;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern10.test(data1)){
validate29.errors = [{instancePath:instancePath+"/pointer",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/pointer",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="mark-entry.schema.json" */;
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
if(((((((((((((((data.actor === undefined) && (missing0 = "actor")) || ((data.at === undefined) && (missing0 = "at"))) || ((data.digest === undefined) && (missing0 = "digest"))) || ((data.id === undefined) && (missing0 = "id"))) || ((data.lifts === undefined) && (missing0 = "lifts"))) || ((data.log === undefined) && (missing0 = "log"))) || ((data.op === undefined) && (missing0 = "op"))) || ((data.prev === undefined) && (missing0 = "prev"))) || ((data.reason === undefined) && (missing0 = "reason"))) || ((data.registry === undefined) && (missing0 = "registry"))) || ((data.scope === undefined) && (missing0 = "scope"))) || ((data.seq === undefined) && (missing0 = "seq"))) || ((data.v === undefined) && (missing0 = "v"))) || ((data.verdict === undefined) && (missing0 = "verdict"))){
validate28.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema51.properties, key0))){
validate28.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.v !== undefined){
let data0 = data.v;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate28.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate28.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.log !== undefined){
const _errs4 = errors;
if(typeof data.log !== "string"){
validate28.errors = [{instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seq !== undefined){
let data2 = data.seq;
const _errs6 = errors;
const _errs7 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate28.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 999999999999 || isNaN(data2)){
validate28.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate28.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.prev !== undefined){
let data3 = data.prev;
const _errs9 = errors;
const _errs10 = errors;
let valid2 = false;
const _errs11 = errors;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err0 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
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
const err1 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs11 === errors;
valid2 = valid2 || _valid0;
const _errs14 = errors;
if(data3 !== null){
const err2 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs14 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err3 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate28.errors = vErrors;
return false;
}
else {
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.op !== undefined){
const _errs16 = errors;
if(typeof data.op !== "string"){
validate28.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registry !== undefined){
const _errs18 = errors;
if(typeof data.registry !== "string"){
validate28.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.actor !== undefined){
let data6 = data.actor;
const _errs20 = errors;
const _errs21 = errors;
if(errors === _errs21){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if(((data6.kind === undefined) && (missing1 = "kind")) || ((data6.name === undefined) && (missing1 = "name"))){
validate28.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs23 = errors;
for(const key1 in data6){
if(!((key1 === "kind") || (key1 === "name"))){
validate28.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs23 === errors){
if(data6.kind !== undefined){
let data7 = data6.kind;
const _errs24 = errors;
if(typeof data7 !== "string"){
validate28.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data7 === "human") || (data7 === "automation"))){
validate28.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/enum",keyword:"enum",params:{allowedValues: schema41.properties.kind.enum}}];
return false;
}
var valid5 = _errs24 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.name !== undefined){
const _errs26 = errors;
if(typeof data6.name !== "string"){
validate28.errors = [{instancePath:instancePath+"/actor/name",schemaPath:"common.schema.json#/$defs/actor/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs26 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.at !== undefined){
let data9 = data.at;
const _errs28 = errors;
const _errs29 = errors;
if(errors === _errs29){
if(typeof data9 === "string"){
if(!pattern9.test(data9)){
validate28.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
let data10 = data.id;
const _errs31 = errors;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data10 === "string"){
if(!pattern4.test(data10)){
validate28.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.digest !== undefined){
let data11 = data.digest;
const _errs34 = errors;
const _errs35 = errors;
if(errors === _errs35){
if(typeof data11 === "string"){
if(!pattern4.test(data11)){
validate28.errors = [{instancePath:instancePath+"/digest",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/digest",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.verdict !== undefined){
let data12 = data.verdict;
const _errs37 = errors;
if(typeof data12 !== "string"){
validate28.errors = [{instancePath:instancePath+"/verdict",schemaPath:"common.schema.json#/$defs/verdict/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data12 === "bad") || (data12 === "good")) || (data12 === "lifted"))){
validate28.errors = [{instancePath:instancePath+"/verdict",schemaPath:"common.schema.json#/$defs/verdict/enum",keyword:"enum",params:{allowedValues: schema58.enum}}];
return false;
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data13 = data.reason;
const _errs40 = errors;
if((typeof data13 !== "string") && (data13 !== null)){
validate28.errors = [{instancePath:instancePath+"/reason",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scope !== undefined){
let data14 = data.scope;
const _errs43 = errors;
const _errs44 = errors;
let valid11 = false;
const _errs45 = errors;
if(!(validate29(data14, {instancePath:instancePath+"/scope",parentData:data,parentDataProperty:"scope",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
var _valid1 = _errs45 === errors;
valid11 = valid11 || _valid1;
const _errs46 = errors;
if(data14 !== null){
const err4 = {instancePath:instancePath+"/scope",schemaPath:"#/properties/scope/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid1 = _errs46 === errors;
valid11 = valid11 || _valid1;
if(!valid11){
const err5 = {instancePath:instancePath+"/scope",schemaPath:"#/properties/scope/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate28.errors = vErrors;
return false;
}
else {
errors = _errs44;
if(vErrors !== null){
if(_errs44){
vErrors.length = _errs44;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs43 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lifts !== undefined){
let data15 = data.lifts;
const _errs48 = errors;
if((typeof data15 !== "string") && (data15 !== null)){
validate28.errors = [{instancePath:instancePath+"/lifts",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
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
else {
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedPointerEntry = validate31;
const schema64 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"pointer-entry.schema.json","title":"PointerEntry","description":"One move of a pointer: a full snapshot of what the pointer says from then on.","type":"object","additionalProperties":false,"required":["action","actor","at","back","evidence","from","hold","id","left","log","marks","op","override","policy","prev","reason","registry","rollout","route","seq","settled","to","v"],"properties":{"v":{"description":"Format of the entry.","type":"integer","const":1},"log":{"description":"The log that it belongs to, e.g. `pointers/fraud-scorer/prod`.","type":"string"},"seq":{"$ref":"common.schema.json#/$defs/sequence"},"prev":{"description":"SHA-256 of the previous entry's bytes; null in entry 1.","anyOf":[{"$ref":"common.schema.json#/$defs/digest"},{"type":"null"}]},"op":{"description":"One per invocation of a command: the key by which a repeat is recognised.","type":"string"},"registry":{"description":"The registry's id.","type":"string"},"actor":{"$ref":"common.schema.json#/$defs/actor"},"at":{"$ref":"common.schema.json#/$defs/time"},"id":{"$ref":"common.schema.json#/$defs/digest","description":"SHA-256 of the canonical entry without `id`."},"action":{"type":"string","enum":["promote","rollback","undo","hold","unhold","retire"]},"reason":{"$ref":"common.schema.json#/$defs/text"},"override":{"$ref":"common.schema.json#/$defs/text","description":"Why a person moved past a hold or a bad mark."},"route":{"description":"Null: the pointer is retired.","anyOf":[{"$ref":"common.schema.json#/$defs/route"},{"type":"null"}]},"from":{"description":"Main bundle before.","anyOf":[{"$ref":"common.schema.json#/$defs/digest"},{"type":"null"}]},"to":{"description":"Main bundle now.","anyOf":[{"$ref":"common.schema.json#/$defs/digest"},{"type":"null"}]},"hold":{"anyOf":[{"$ref":"common.schema.json#/$defs/hold"},{"type":"null"}]},"rollout":{"description":"A running rollout; null when none runs.","type":["object","null"],"tsType":"Readonly<Record<string, unknown>> | null"},"settled":{"$ref":"common.schema.json#/$defs/sequence","description":"The settled entry whose route is in force: this one, or an earlier one that it copies."},"back":{"description":"The settled entry that a rollback restores.","anyOf":[{"type":"object","additionalProperties":false,"required":["bundle","seq"],"properties":{"seq":{"$ref":"common.schema.json#/$defs/sequence"},"bundle":{"$ref":"common.schema.json#/$defs/digest"}}},{"type":"null"}]},"left":{"description":"What was served or mirrored before and is not now.","type":"array","items":{"$ref":"common.schema.json#/$defs/arm"}},"marks":{"description":"The marks that this move implies, for this pointer.","type":"array","items":{"$ref":"common.schema.json#/$defs/impliedMark"}},"policy":{"anyOf":[{"$ref":"common.schema.json#/$defs/policy"},{"type":"null"}]},"evidence":{"type":"array","items":{"$ref":"common.schema.json#/$defs/digest"}}}};
const pattern22 = new RegExp("^[a-z][a-z0-9-]{0,31}$", "u");

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
if(((data.bundle === undefined) && (missing0 = "bundle")) || ((data.version === undefined) && (missing0 = "version"))){
validate33.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "bundle") || (key0 === "version"))){
validate33.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.bundle !== undefined){
let data0 = data.bundle;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate33.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data1 = data.version;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
validate33.errors = [{instancePath:instancePath+"/version",schemaPath:"#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}}];
return false;
}
}
else {
validate33.errors = [{instancePath:instancePath+"/version",schemaPath:"#/$defs/version/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
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
validate33.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
let missing0;
if((((data.arms === undefined) && (missing0 = "arms")) || ((data.fallback === undefined) && (missing0 = "fallback"))) || ((data.serve === undefined) && (missing0 = "serve"))){
validate32.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "arms") || (key0 === "fallback")) || (key0 === "serve")) || (key0 === "bucket")) || (key0 === "mirror"))){
validate32.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.arms !== undefined){
let data0 = data.arms;
const _errs2 = errors;
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
const _errs4 = errors;
if(typeof key1 === "string"){
if(!pattern22.test(key1)){
const err0 = {instancePath:instancePath+"/arms",schemaPath:"#/properties/arms/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
const err1 = {instancePath:instancePath+"/arms",schemaPath:"#/properties/arms/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate32.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data0){
const _errs6 = errors;
if(!(validate33(data0[key2], {instancePath:instancePath+"/arms/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key2,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
var valid2 = _errs6 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/arms",schemaPath:"#/properties/arms/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fallback !== undefined){
const _errs7 = errors;
if(typeof data.fallback !== "string"){
validate32.errors = [{instancePath:instancePath+"/fallback",schemaPath:"#/properties/fallback/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.serve !== undefined){
let data3 = data.serve;
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data3)){
var valid3 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
const _errs11 = errors;
if(errors === _errs11){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
let missing1;
if((data4.to === undefined) && (missing1 = "to")){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0,schemaPath:"#/properties/serve/items/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs13 = errors;
for(const key3 in data4){
if(!((key3 === "to") || (key3 === "when"))){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0,schemaPath:"#/properties/serve/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}}];
return false;
break;
}
}
if(_errs13 === errors){
if(data4.to !== undefined){
let data5 = data4.to;
const _errs14 = errors;
const _errs15 = errors;
if(errors === _errs15){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key4 in data5){
const _errs17 = errors;
if(typeof key4 === "string"){
if(!pattern22.test(key4)){
const err2 = {instancePath:instancePath+"/serve/" + i0+"/to",schemaPath:"#/$defs/weights/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},propertyName:key4};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid6 = _errs17 === errors;
if(!valid6){
const err3 = {instancePath:instancePath+"/serve/" + i0+"/to",schemaPath:"#/$defs/weights/propertyNames",keyword:"propertyNames",params:{propertyName: key4}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate32.errors = vErrors;
return false;
break;
}
}
if(valid6){
for(const key5 in data5){
let data6 = data5[key5];
const _errs19 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0+"/to/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/weights/additionalProperties/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs19){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 100000 || isNaN(data6)){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0+"/to/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/weights/additionalProperties/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0+"/to/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/weights/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid7 = _errs19 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/serve/" + i0+"/to",schemaPath:"#/$defs/weights/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data4.when !== undefined){
let data7 = data4.when;
const _errs21 = errors;
if(!(data7 && typeof data7 == "object" && !Array.isArray(data7))){
validate32.errors = [{instancePath:instancePath+"/serve/" + i0+"/when",schemaPath:"#/properties/serve/items/properties/when/type",keyword:"type",params:{type: "object"}}];
return false;
}
var valid4 = _errs21 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/serve/" + i0,schemaPath:"#/properties/serve/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs11 === errors;
if(!valid3){
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/serve",schemaPath:"#/properties/serve/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bucket !== undefined){
let data8 = data.bucket;
const _errs23 = errors;
if(errors === _errs23){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing2;
if((((((data8.by === undefined) && (missing2 = "by")) || ((data8.hash === undefined) && (missing2 = "hash"))) || ((data8.map === undefined) && (missing2 = "map"))) || ((data8.missing === undefined) && (missing2 = "missing"))) || ((data8.salt === undefined) && (missing2 = "salt"))){
validate32.errors = [{instancePath:instancePath+"/bucket",schemaPath:"#/properties/bucket/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const _errs25 = errors;
for(const key6 in data8){
if(!(((((key6 === "by") || (key6 === "hash")) || (key6 === "map")) || (key6 === "missing")) || (key6 === "salt"))){
validate32.errors = [{instancePath:instancePath+"/bucket",schemaPath:"#/properties/bucket/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}}];
return false;
break;
}
}
if(_errs25 === errors){
if(data8.by !== undefined){
const _errs26 = errors;
if(typeof data8.by !== "string"){
validate32.errors = [{instancePath:instancePath+"/bucket/by",schemaPath:"#/properties/bucket/properties/by/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs26 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data8.hash !== undefined){
const _errs28 = errors;
if(typeof data8.hash !== "string"){
validate32.errors = [{instancePath:instancePath+"/bucket/hash",schemaPath:"#/properties/bucket/properties/hash/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs28 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data8.map !== undefined){
const _errs30 = errors;
if(typeof data8.map !== "string"){
validate32.errors = [{instancePath:instancePath+"/bucket/map",schemaPath:"#/properties/bucket/properties/map/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs30 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data8.missing !== undefined){
const _errs32 = errors;
if(typeof data8.missing !== "string"){
validate32.errors = [{instancePath:instancePath+"/bucket/missing",schemaPath:"#/properties/bucket/properties/missing/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs32 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data8.salt !== undefined){
const _errs34 = errors;
if(typeof data8.salt !== "string"){
validate32.errors = [{instancePath:instancePath+"/bucket/salt",schemaPath:"#/properties/bucket/properties/salt/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs34 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/bucket",schemaPath:"#/properties/bucket/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mirror !== undefined){
let data14 = data.mirror;
const _errs36 = errors;
if(errors === _errs36){
if(Array.isArray(data14)){
var valid9 = true;
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
const _errs38 = errors;
if(errors === _errs38){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing3;
if((((data15.effects === undefined) && (missing3 = "effects")) || ((data15.per100k === undefined) && (missing3 = "per100k"))) || ((data15.to === undefined) && (missing3 = "to"))){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1,schemaPath:"#/properties/mirror/items/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
const _errs40 = errors;
for(const key7 in data15){
if(!(((key7 === "effects") || (key7 === "per100k")) || (key7 === "to"))){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1,schemaPath:"#/properties/mirror/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}}];
return false;
break;
}
}
if(_errs40 === errors){
if(data15.effects !== undefined){
const _errs41 = errors;
if(typeof data15.effects !== "string"){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1+"/effects",schemaPath:"#/properties/mirror/items/properties/effects/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid10 = _errs41 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data15.per100k !== undefined){
let data17 = data15.per100k;
const _errs43 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1+"/per100k",schemaPath:"#/properties/mirror/items/properties/per100k/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs43){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 100000 || isNaN(data17)){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1+"/per100k",schemaPath:"#/properties/mirror/items/properties/per100k/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1+"/per100k",schemaPath:"#/properties/mirror/items/properties/per100k/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid10 = _errs43 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data15.to !== undefined){
const _errs45 = errors;
if(typeof data15.to !== "string"){
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1+"/to",schemaPath:"#/properties/mirror/items/properties/to/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid10 = _errs45 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/mirror/" + i1,schemaPath:"#/properties/mirror/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid9 = _errs38 === errors;
if(!valid9){
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/mirror",schemaPath:"#/properties/mirror/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs36 === errors;
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


function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate36.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.at === undefined) && (missing0 = "at")) || ((data.by === undefined) && (missing0 = "by"))) || ((data.reason === undefined) && (missing0 = "reason"))){
validate36.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "at") || (key0 === "by")) || (key0 === "reason"))){
validate36.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.at !== undefined){
let data0 = data.at;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern9.test(data0)){
validate36.errors = [{instancePath:instancePath+"/at",schemaPath:"#/$defs/time/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}}];
return false;
}
}
else {
validate36.errors = [{instancePath:instancePath+"/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.by !== undefined){
let data1 = data.by;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if(((data1.kind === undefined) && (missing1 = "kind")) || ((data1.name === undefined) && (missing1 = "name"))){
validate36.errors = [{instancePath:instancePath+"/by",schemaPath:"#/$defs/actor/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data1){
if(!((key1 === "kind") || (key1 === "name"))){
validate36.errors = [{instancePath:instancePath+"/by",schemaPath:"#/$defs/actor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs8 === errors){
if(data1.kind !== undefined){
let data2 = data1.kind;
const _errs9 = errors;
if(typeof data2 !== "string"){
validate36.errors = [{instancePath:instancePath+"/by/kind",schemaPath:"#/$defs/actor/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data2 === "human") || (data2 === "automation"))){
validate36.errors = [{instancePath:instancePath+"/by/kind",schemaPath:"#/$defs/actor/properties/kind/enum",keyword:"enum",params:{allowedValues: schema41.properties.kind.enum}}];
return false;
}
var valid3 = _errs9 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data1.name !== undefined){
const _errs11 = errors;
if(typeof data1.name !== "string"){
validate36.errors = [{instancePath:instancePath+"/by/name",schemaPath:"#/$defs/actor/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs11 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/by",schemaPath:"#/$defs/actor/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data4 = data.reason;
const _errs13 = errors;
if((typeof data4 !== "string") && (data4 !== null)){
validate36.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs13 === errors;
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
validate36.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate36.errors = vErrors;
return errors === 0;
}
validate36.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
let missing0;
if(((data.bundle === undefined) && (missing0 = "bundle")) || ((data.version === undefined) && (missing0 = "version"))){
validate38.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "bundle") || (key0 === "version"))){
validate38.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.bundle !== undefined){
let data0 = data.bundle;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate38.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate38.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data1 = data.version;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
validate38.errors = [{instancePath:instancePath+"/version",schemaPath:"#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}}];
return false;
}
}
else {
validate38.errors = [{instancePath:instancePath+"/version",schemaPath:"#/$defs/version/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
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


function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.digest === undefined) && (missing0 = "digest")) || ((data.lifts === undefined) && (missing0 = "lifts"))) || ((data.verdict === undefined) && (missing0 = "verdict"))){
validate40.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "digest") || (key0 === "verdict")) || (key0 === "lifts"))){
validate40.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.digest !== undefined){
let data0 = data.digest;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate40.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.verdict !== undefined){
let data1 = data.verdict;
const _errs5 = errors;
if(typeof data1 !== "string"){
validate40.errors = [{instancePath:instancePath+"/verdict",schemaPath:"#/$defs/verdict/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data1 === "bad") || (data1 === "good")) || (data1 === "lifted"))){
validate40.errors = [{instancePath:instancePath+"/verdict",schemaPath:"#/$defs/verdict/enum",keyword:"enum",params:{allowedValues: schema58.enum}}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lifts !== undefined){
let data2 = data.lifts;
const _errs8 = errors;
if((typeof data2 !== "string") && (data2 !== null)){
validate40.errors = [{instancePath:instancePath+"/lifts",schemaPath:"#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs8 === errors;
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
validate40.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}
validate40.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="pointer-entry.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate31.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((((((((((((((data.action === undefined) && (missing0 = "action")) || ((data.actor === undefined) && (missing0 = "actor"))) || ((data.at === undefined) && (missing0 = "at"))) || ((data.back === undefined) && (missing0 = "back"))) || ((data.evidence === undefined) && (missing0 = "evidence"))) || ((data.from === undefined) && (missing0 = "from"))) || ((data.hold === undefined) && (missing0 = "hold"))) || ((data.id === undefined) && (missing0 = "id"))) || ((data.left === undefined) && (missing0 = "left"))) || ((data.log === undefined) && (missing0 = "log"))) || ((data.marks === undefined) && (missing0 = "marks"))) || ((data.op === undefined) && (missing0 = "op"))) || ((data.override === undefined) && (missing0 = "override"))) || ((data.policy === undefined) && (missing0 = "policy"))) || ((data.prev === undefined) && (missing0 = "prev"))) || ((data.reason === undefined) && (missing0 = "reason"))) || ((data.registry === undefined) && (missing0 = "registry"))) || ((data.rollout === undefined) && (missing0 = "rollout"))) || ((data.route === undefined) && (missing0 = "route"))) || ((data.seq === undefined) && (missing0 = "seq"))) || ((data.settled === undefined) && (missing0 = "settled"))) || ((data.to === undefined) && (missing0 = "to"))) || ((data.v === undefined) && (missing0 = "v"))){
validate31.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema64.properties, key0))){
validate31.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.v !== undefined){
let data0 = data.v;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate31.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate31.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.log !== undefined){
const _errs4 = errors;
if(typeof data.log !== "string"){
validate31.errors = [{instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seq !== undefined){
let data2 = data.seq;
const _errs6 = errors;
const _errs7 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate31.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 999999999999 || isNaN(data2)){
validate31.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate31.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.prev !== undefined){
let data3 = data.prev;
const _errs9 = errors;
const _errs10 = errors;
let valid2 = false;
const _errs11 = errors;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err0 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
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
const err1 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs11 === errors;
valid2 = valid2 || _valid0;
const _errs14 = errors;
if(data3 !== null){
const err2 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs14 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err3 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.op !== undefined){
const _errs16 = errors;
if(typeof data.op !== "string"){
validate31.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registry !== undefined){
const _errs18 = errors;
if(typeof data.registry !== "string"){
validate31.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.actor !== undefined){
let data6 = data.actor;
const _errs20 = errors;
const _errs21 = errors;
if(errors === _errs21){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if(((data6.kind === undefined) && (missing1 = "kind")) || ((data6.name === undefined) && (missing1 = "name"))){
validate31.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs23 = errors;
for(const key1 in data6){
if(!((key1 === "kind") || (key1 === "name"))){
validate31.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs23 === errors){
if(data6.kind !== undefined){
let data7 = data6.kind;
const _errs24 = errors;
if(typeof data7 !== "string"){
validate31.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data7 === "human") || (data7 === "automation"))){
validate31.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/enum",keyword:"enum",params:{allowedValues: schema41.properties.kind.enum}}];
return false;
}
var valid5 = _errs24 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.name !== undefined){
const _errs26 = errors;
if(typeof data6.name !== "string"){
validate31.errors = [{instancePath:instancePath+"/actor/name",schemaPath:"common.schema.json#/$defs/actor/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs26 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.at !== undefined){
let data9 = data.at;
const _errs28 = errors;
const _errs29 = errors;
if(errors === _errs29){
if(typeof data9 === "string"){
if(!pattern9.test(data9)){
validate31.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}}];
return false;
}
}
else {
validate31.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
let data10 = data.id;
const _errs31 = errors;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data10 === "string"){
if(!pattern4.test(data10)){
validate31.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate31.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.action !== undefined){
let data11 = data.action;
const _errs34 = errors;
if(typeof data11 !== "string"){
validate31.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((((data11 === "promote") || (data11 === "rollback")) || (data11 === "undo")) || (data11 === "hold")) || (data11 === "unhold")) || (data11 === "retire"))){
validate31.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/enum",keyword:"enum",params:{allowedValues: schema64.properties.action.enum}}];
return false;
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data12 = data.reason;
const _errs36 = errors;
if((typeof data12 !== "string") && (data12 !== null)){
validate31.errors = [{instancePath:instancePath+"/reason",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.override !== undefined){
let data13 = data.override;
const _errs39 = errors;
if((typeof data13 !== "string") && (data13 !== null)){
validate31.errors = [{instancePath:instancePath+"/override",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.route !== undefined){
let data14 = data.route;
const _errs42 = errors;
const _errs43 = errors;
let valid10 = false;
const _errs44 = errors;
if(!(validate32(data14, {instancePath:instancePath+"/route",parentData:data,parentDataProperty:"route",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
var _valid1 = _errs44 === errors;
valid10 = valid10 || _valid1;
const _errs45 = errors;
if(data14 !== null){
const err4 = {instancePath:instancePath+"/route",schemaPath:"#/properties/route/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid1 = _errs45 === errors;
valid10 = valid10 || _valid1;
if(!valid10){
const err5 = {instancePath:instancePath+"/route",schemaPath:"#/properties/route/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs43;
if(vErrors !== null){
if(_errs43){
vErrors.length = _errs43;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs42 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.from !== undefined){
let data15 = data.from;
const _errs47 = errors;
const _errs48 = errors;
let valid11 = false;
const _errs49 = errors;
const _errs50 = errors;
if(errors === _errs50){
if(typeof data15 === "string"){
if(!pattern4.test(data15)){
const err6 = {instancePath:instancePath+"/from",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
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
const err7 = {instancePath:instancePath+"/from",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid2 = _errs49 === errors;
valid11 = valid11 || _valid2;
const _errs52 = errors;
if(data15 !== null){
const err8 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid2 = _errs52 === errors;
valid11 = valid11 || _valid2;
if(!valid11){
const err9 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs48;
if(vErrors !== null){
if(_errs48){
vErrors.length = _errs48;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs47 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.to !== undefined){
let data16 = data.to;
const _errs54 = errors;
const _errs55 = errors;
let valid13 = false;
const _errs56 = errors;
const _errs57 = errors;
if(errors === _errs57){
if(typeof data16 === "string"){
if(!pattern4.test(data16)){
const err10 = {instancePath:instancePath+"/to",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/to",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
var _valid3 = _errs56 === errors;
valid13 = valid13 || _valid3;
const _errs59 = errors;
if(data16 !== null){
const err12 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
var _valid3 = _errs59 === errors;
valid13 = valid13 || _valid3;
if(!valid13){
const err13 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs55;
if(vErrors !== null){
if(_errs55){
vErrors.length = _errs55;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs54 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hold !== undefined){
let data17 = data.hold;
const _errs61 = errors;
const _errs62 = errors;
let valid15 = false;
const _errs63 = errors;
if(!(validate36(data17, {instancePath:instancePath+"/hold",parentData:data,parentDataProperty:"hold",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
var _valid4 = _errs63 === errors;
valid15 = valid15 || _valid4;
const _errs64 = errors;
if(data17 !== null){
const err14 = {instancePath:instancePath+"/hold",schemaPath:"#/properties/hold/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var _valid4 = _errs64 === errors;
valid15 = valid15 || _valid4;
if(!valid15){
const err15 = {instancePath:instancePath+"/hold",schemaPath:"#/properties/hold/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs62;
if(vErrors !== null){
if(_errs62){
vErrors.length = _errs62;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs61 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rollout !== undefined){
let data18 = data.rollout;
const _errs66 = errors;
if((!(data18 && typeof data18 == "object" && !Array.isArray(data18))) && (data18 !== null)){
validate31.errors = [{instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/type",keyword:"type",params:{type: schema64.properties.rollout.type}}];
return false;
}
var valid0 = _errs66 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.settled !== undefined){
let data19 = data.settled;
const _errs68 = errors;
const _errs69 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate31.errors = [{instancePath:instancePath+"/settled",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs69){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 999999999999 || isNaN(data19)){
validate31.errors = [{instancePath:instancePath+"/settled",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data19 < 1 || isNaN(data19)){
validate31.errors = [{instancePath:instancePath+"/settled",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs68 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.back !== undefined){
let data20 = data.back;
const _errs71 = errors;
const _errs72 = errors;
let valid17 = false;
const _errs73 = errors;
if(errors === _errs73){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing2;
if(((data20.bundle === undefined) && (missing2 = "bundle")) || ((data20.seq === undefined) && (missing2 = "seq"))){
const err16 = {instancePath:instancePath+"/back",schemaPath:"#/properties/back/anyOf/0/required",keyword:"required",params:{missingProperty: missing2}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
else {
const _errs75 = errors;
for(const key2 in data20){
if(!((key2 === "seq") || (key2 === "bundle"))){
const err17 = {instancePath:instancePath+"/back",schemaPath:"#/properties/back/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
break;
}
}
if(_errs75 === errors){
if(data20.seq !== undefined){
let data21 = data20.seq;
const _errs76 = errors;
const _errs77 = errors;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
const err18 = {instancePath:instancePath+"/back/seq",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(errors === _errs77){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 > 999999999999 || isNaN(data21)){
const err19 = {instancePath:instancePath+"/back/seq",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
if(data21 < 1 || isNaN(data21)){
const err20 = {instancePath:instancePath+"/back/seq",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
}
var valid18 = _errs76 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data20.bundle !== undefined){
let data22 = data20.bundle;
const _errs79 = errors;
const _errs80 = errors;
if(errors === _errs80){
if(typeof data22 === "string"){
if(!pattern4.test(data22)){
const err21 = {instancePath:instancePath+"/back/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/back/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var valid18 = _errs79 === errors;
}
else {
var valid18 = true;
}
}
}
}
}
else {
const err23 = {instancePath:instancePath+"/back",schemaPath:"#/properties/back/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
var _valid5 = _errs73 === errors;
valid17 = valid17 || _valid5;
const _errs82 = errors;
if(data20 !== null){
const err24 = {instancePath:instancePath+"/back",schemaPath:"#/properties/back/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
var _valid5 = _errs82 === errors;
valid17 = valid17 || _valid5;
if(!valid17){
const err25 = {instancePath:instancePath+"/back",schemaPath:"#/properties/back/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs72;
if(vErrors !== null){
if(_errs72){
vErrors.length = _errs72;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs71 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.left !== undefined){
let data23 = data.left;
const _errs84 = errors;
if(errors === _errs84){
if(Array.isArray(data23)){
var valid21 = true;
const len0 = data23.length;
for(let i0=0; i0<len0; i0++){
const _errs86 = errors;
if(!(validate38(data23[i0], {instancePath:instancePath+"/left/" + i0,parentData:data23,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid21 = _errs86 === errors;
if(!valid21){
break;
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/left",schemaPath:"#/properties/left/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs84 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.marks !== undefined){
let data25 = data.marks;
const _errs87 = errors;
if(errors === _errs87){
if(Array.isArray(data25)){
var valid22 = true;
const len1 = data25.length;
for(let i1=0; i1<len1; i1++){
const _errs89 = errors;
if(!(validate40(data25[i1], {instancePath:instancePath+"/marks/" + i1,parentData:data25,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
var valid22 = _errs89 === errors;
if(!valid22){
break;
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/marks",schemaPath:"#/properties/marks/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs87 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.policy !== undefined){
let data27 = data.policy;
const _errs90 = errors;
const _errs91 = errors;
let valid23 = false;
const _errs92 = errors;
const _errs93 = errors;
if(errors === _errs93){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing3;
if((data27.protected === undefined) && (missing3 = "protected")){
const err26 = {instancePath:instancePath+"/policy",schemaPath:"common.schema.json#/$defs/policy/required",keyword:"required",params:{missingProperty: missing3}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
else {
const _errs95 = errors;
for(const key3 in data27){
if(!(key3 === "protected")){
const err27 = {instancePath:instancePath+"/policy",schemaPath:"common.schema.json#/$defs/policy/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
break;
}
}
if(_errs95 === errors){
if(data27.protected !== undefined){
if(typeof data27.protected !== "boolean"){
const err28 = {instancePath:instancePath+"/policy/protected",schemaPath:"common.schema.json#/$defs/policy/properties/protected/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
}
}
else {
const err29 = {instancePath:instancePath+"/policy",schemaPath:"common.schema.json#/$defs/policy/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
var _valid6 = _errs92 === errors;
valid23 = valid23 || _valid6;
const _errs98 = errors;
if(data27 !== null){
const err30 = {instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
var _valid6 = _errs98 === errors;
valid23 = valid23 || _valid6;
if(!valid23){
const err31 = {instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
validate31.errors = vErrors;
return false;
}
else {
errors = _errs91;
if(vErrors !== null){
if(_errs91){
vErrors.length = _errs91;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs90 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evidence !== undefined){
let data29 = data.evidence;
const _errs100 = errors;
if(errors === _errs100){
if(Array.isArray(data29)){
var valid26 = true;
const len2 = data29.length;
for(let i2=0; i2<len2; i2++){
let data30 = data29[i2];
const _errs102 = errors;
const _errs103 = errors;
if(errors === _errs103){
if(typeof data30 === "string"){
if(!pattern4.test(data30)){
validate31.errors = [{instancePath:instancePath+"/evidence/" + i2,schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate31.errors = [{instancePath:instancePath+"/evidence/" + i2,schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid26 = _errs102 === errors;
if(!valid26){
break;
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/evidence",schemaPath:"#/properties/evidence/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs100 === errors;
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
else {
validate31.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate31.errors = vErrors;
return errors === 0;
}
validate31.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedRelease = validate42;

function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="release.schema.json" */;
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
if(((((((data.app === undefined) && (missing0 = "app")) || ((data.arm === undefined) && (missing0 = "arm"))) || ((data.bundle === undefined) && (missing0 = "bundle"))) || ((data.pointer === undefined) && (missing0 = "pointer"))) || ((data.seq === undefined) && (missing0 = "seq"))) || ((data.version === undefined) && (missing0 = "version"))){
validate42.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((key0 === "app") || (key0 === "bundle")) || (key0 === "version")) || (key0 === "pointer")) || (key0 === "seq")) || (key0 === "arm"))){
validate42.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.app !== undefined){
let data0 = data.app;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern10.test(data0)){
validate42.errors = [{instancePath:instancePath+"/app",schemaPath:"common.schema.json#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/app",schemaPath:"common.schema.json#/$defs/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bundle !== undefined){
let data1 = data.bundle;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
validate42.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
let data2 = data.version;
const _errs8 = errors;
const _errs9 = errors;
let valid3 = false;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data2 === "string"){
if(!pattern6.test(data2)){
const err0 = {instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}};
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
const err1 = {instancePath:instancePath+"/version",schemaPath:"common.schema.json#/$defs/version/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs10 === errors;
valid3 = valid3 || _valid0;
const _errs13 = errors;
if(data2 !== null){
const err2 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err3 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate42.errors = vErrors;
return false;
}
else {
errors = _errs9;
if(vErrors !== null){
if(_errs9){
vErrors.length = _errs9;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pointer !== undefined){
let data3 = data.pointer;
const _errs15 = errors;
const _errs16 = errors;
let valid5 = false;
const _errs17 = errors;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data3 === "string"){
if(!pattern10.test(data3)){
const err4 = {instancePath:instancePath+"/pointer",schemaPath:"common.schema.json#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}};
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
const err5 = {instancePath:instancePath+"/pointer",schemaPath:"common.schema.json#/$defs/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid1 = _errs17 === errors;
valid5 = valid5 || _valid1;
const _errs20 = errors;
if(data3 !== null){
const err6 = {instancePath:instancePath+"/pointer",schemaPath:"#/properties/pointer/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid1 = _errs20 === errors;
valid5 = valid5 || _valid1;
if(!valid5){
const err7 = {instancePath:instancePath+"/pointer",schemaPath:"#/properties/pointer/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
validate42.errors = vErrors;
return false;
}
else {
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seq !== undefined){
let data4 = data.seq;
const _errs22 = errors;
const _errs23 = errors;
let valid7 = false;
const _errs24 = errors;
const _errs25 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err8 = {instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(errors === _errs25){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 999999999999 || isNaN(data4)){
const err9 = {instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
if(data4 < 1 || isNaN(data4)){
const err10 = {instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
}
var _valid2 = _errs24 === errors;
valid7 = valid7 || _valid2;
const _errs27 = errors;
if(data4 !== null){
const err11 = {instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid2 = _errs27 === errors;
valid7 = valid7 || _valid2;
if(!valid7){
const err12 = {instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
validate42.errors = vErrors;
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
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.arm !== undefined){
let data5 = data.arm;
const _errs29 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
validate42.errors = [{instancePath:instancePath+"/arm",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs29 === errors;
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
validate42.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate42.errors = vErrors;
return errors === 0;
}
validate42.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedTree = validate43;

function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate44.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.name === undefined) && (missing0 = "name")){
validate44.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "name") || (key0 === "digest")) || (key0 === "size")) || (key0 === "exec")) || (key0 === "tree"))){
validate44.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
const _errs2 = errors;
if(typeof data.name !== "string"){
validate44.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
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
if(!pattern4.test(data1)){
validate44.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate44.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.size !== undefined){
let data2 = data.size;
const _errs7 = errors;
const _errs8 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate44.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs8){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 9007199254740991 || isNaN(data2)){
validate44.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate44.errors = [{instancePath:instancePath+"/size",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.exec !== undefined){
let data3 = data.exec;
const _errs10 = errors;
if(typeof data3 !== "boolean"){
validate44.errors = [{instancePath:instancePath+"/exec",schemaPath:"#/properties/exec/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data3){
validate44.errors = [{instancePath:instancePath+"/exec",schemaPath:"#/properties/exec/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tree !== undefined){
let data4 = data.tree;
const _errs12 = errors;
const _errs13 = errors;
if(errors === _errs13){
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
validate44.errors = [{instancePath:instancePath+"/tree",schemaPath:"#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate44.errors = [{instancePath:instancePath+"/tree",schemaPath:"#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
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
validate44.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate44.errors = vErrors;
return errors === 0;
}
validate44.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="tree.schema.json" */;
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
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.entries === undefined) && (missing0 = "entries")) || ((data.format === undefined) && (missing0 = "format"))){
validate43.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "format") || (key0 === "entries"))){
validate43.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
let data0 = data.format;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate43.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate43.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data1 = data.entries;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
const _errs6 = errors;
if(!(validate44(data1[i0], {instancePath:instancePath+"/entries/" + i0,parentData:data1,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
errors = vErrors.length;
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate43.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "array"}}];
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
validate43.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate43.errors = vErrors;
return errors === 0;
}
validate43.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedVersionEntry = validate46;
const schema107 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"version-entry.schema.json","title":"VersionEntry","description":"The version of a bundle in its app, with everything about its making that is not in the manifest.","type":"object","additionalProperties":false,"required":["actor","at","bundle","components","git","host","id","labels","lineage","log","message","op","origin","prev","registry","secrets","seq","v"],"properties":{"v":{"description":"Format of the entry.","type":"integer","const":1},"log":{"description":"The log that it belongs to, e.g. `pointers/fraud-scorer/prod`.","type":"string"},"seq":{"$ref":"common.schema.json#/$defs/sequence"},"prev":{"description":"SHA-256 of the previous entry's bytes; null in entry 1.","anyOf":[{"$ref":"common.schema.json#/$defs/digest"},{"type":"null"}]},"op":{"description":"One per invocation of a command: the key by which a repeat is recognised.","type":"string"},"registry":{"description":"The registry's id.","type":"string"},"actor":{"$ref":"common.schema.json#/$defs/actor"},"at":{"$ref":"common.schema.json#/$defs/time"},"id":{"$ref":"common.schema.json#/$defs/digest","description":"SHA-256 of the canonical entry without `id`."},"bundle":{"$ref":"common.schema.json#/$defs/digest"},"message":{"$ref":"common.schema.json#/$defs/text"},"labels":{"type":"array","items":{"type":"string"}},"host":{"type":"string"},"git":{"anyOf":[{"type":"object","additionalProperties":false,"required":["branch","commit","dirty","remote"],"properties":{"commit":{"$ref":"common.schema.json#/$defs/text"},"branch":{"$ref":"common.schema.json#/$defs/text"},"remote":{"$ref":"common.schema.json#/$defs/text","description":"Without user name and password."},"dirty":{"type":"boolean"}}},{"type":"null"}]},"components":{"description":"What was found in each component.","type":"object","additionalProperties":{"type":"object","additionalProperties":false,"required":["files","formats","notes"],"properties":{"files":{"$ref":"common.schema.json#/$defs/count"},"formats":{"description":"Weight formats by their magic bytes, and the files that have them.","type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}},"notes":{"description":"Facts of the kind: the commit of a `git` component, a pin that nobody verified.","type":"object","additionalProperties":{"type":"string"}}}}},"lineage":{"description":"Per component with `from`: the inputs that lay beside its digest when a bundle first had it.","type":"object","additionalProperties":{"type":"object","additionalProperties":false,"required":["digest","inputs","since"],"properties":{"digest":{"$ref":"common.schema.json#/$defs/digest"},"since":{"$ref":"common.schema.json#/$defs/version"},"inputs":{"type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/digest"}}}}},"secrets":{"description":"Findings that were let through, and why.","anyOf":[{"type":"object","additionalProperties":false,"required":["findings","reason"],"properties":{"reason":{"type":"string"},"findings":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["fingerprint","line","path","rule"],"properties":{"path":{"type":"string"},"line":{"$ref":"common.schema.json#/$defs/count"},"rule":{"type":"string"},"fingerprint":{"type":"string"}}}}}},{"type":"null"}]},"origin":{"description":"Where it was copied from.","anyOf":[{"type":"object","additionalProperties":false,"required":["registry","version"],"properties":{"registry":{"type":"string"},"version":{"$ref":"common.schema.json#/$defs/version"}}},{"type":"null"}]}}};

function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="version-entry.schema.json" */;
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
if(((((((((((((((((((data.actor === undefined) && (missing0 = "actor")) || ((data.at === undefined) && (missing0 = "at"))) || ((data.bundle === undefined) && (missing0 = "bundle"))) || ((data.components === undefined) && (missing0 = "components"))) || ((data.git === undefined) && (missing0 = "git"))) || ((data.host === undefined) && (missing0 = "host"))) || ((data.id === undefined) && (missing0 = "id"))) || ((data.labels === undefined) && (missing0 = "labels"))) || ((data.lineage === undefined) && (missing0 = "lineage"))) || ((data.log === undefined) && (missing0 = "log"))) || ((data.message === undefined) && (missing0 = "message"))) || ((data.op === undefined) && (missing0 = "op"))) || ((data.origin === undefined) && (missing0 = "origin"))) || ((data.prev === undefined) && (missing0 = "prev"))) || ((data.registry === undefined) && (missing0 = "registry"))) || ((data.secrets === undefined) && (missing0 = "secrets"))) || ((data.seq === undefined) && (missing0 = "seq"))) || ((data.v === undefined) && (missing0 = "v"))){
validate46.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema107.properties, key0))){
validate46.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.v !== undefined){
let data0 = data.v;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate46.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data0){
validate46.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.log !== undefined){
const _errs4 = errors;
if(typeof data.log !== "string"){
validate46.errors = [{instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seq !== undefined){
let data2 = data.seq;
const _errs6 = errors;
const _errs7 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate46.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs7){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 999999999999 || isNaN(data2)){
validate46.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate46.errors = [{instancePath:instancePath+"/seq",schemaPath:"common.schema.json#/$defs/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.prev !== undefined){
let data3 = data.prev;
const _errs9 = errors;
const _errs10 = errors;
let valid2 = false;
const _errs11 = errors;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err0 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}};
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
const err1 = {instancePath:instancePath+"/prev",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs11 === errors;
valid2 = valid2 || _valid0;
const _errs14 = errors;
if(data3 !== null){
const err2 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs14 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err3 = {instancePath:instancePath+"/prev",schemaPath:"#/properties/prev/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate46.errors = vErrors;
return false;
}
else {
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.op !== undefined){
const _errs16 = errors;
if(typeof data.op !== "string"){
validate46.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registry !== undefined){
const _errs18 = errors;
if(typeof data.registry !== "string"){
validate46.errors = [{instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.actor !== undefined){
let data6 = data.actor;
const _errs20 = errors;
const _errs21 = errors;
if(errors === _errs21){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if(((data6.kind === undefined) && (missing1 = "kind")) || ((data6.name === undefined) && (missing1 = "name"))){
validate46.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs23 = errors;
for(const key1 in data6){
if(!((key1 === "kind") || (key1 === "name"))){
validate46.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs23 === errors){
if(data6.kind !== undefined){
let data7 = data6.kind;
const _errs24 = errors;
if(typeof data7 !== "string"){
validate46.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data7 === "human") || (data7 === "automation"))){
validate46.errors = [{instancePath:instancePath+"/actor/kind",schemaPath:"common.schema.json#/$defs/actor/properties/kind/enum",keyword:"enum",params:{allowedValues: schema41.properties.kind.enum}}];
return false;
}
var valid5 = _errs24 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.name !== undefined){
const _errs26 = errors;
if(typeof data6.name !== "string"){
validate46.errors = [{instancePath:instancePath+"/actor/name",schemaPath:"common.schema.json#/$defs/actor/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs26 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/actor",schemaPath:"common.schema.json#/$defs/actor/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.at !== undefined){
let data9 = data.at;
const _errs28 = errors;
const _errs29 = errors;
if(errors === _errs29){
if(typeof data9 === "string"){
if(!pattern9.test(data9)){
validate46.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/at",schemaPath:"common.schema.json#/$defs/time/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
let data10 = data.id;
const _errs31 = errors;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data10 === "string"){
if(!pattern4.test(data10)){
validate46.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/id",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bundle !== undefined){
let data11 = data.bundle;
const _errs34 = errors;
const _errs35 = errors;
if(errors === _errs35){
if(typeof data11 === "string"){
if(!pattern4.test(data11)){
validate46.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/bundle",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.message !== undefined){
let data12 = data.message;
const _errs37 = errors;
if((typeof data12 !== "string") && (data12 !== null)){
validate46.errors = [{instancePath:instancePath+"/message",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}}];
return false;
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.labels !== undefined){
let data13 = data.labels;
const _errs40 = errors;
if(errors === _errs40){
if(Array.isArray(data13)){
var valid10 = true;
const len0 = data13.length;
for(let i0=0; i0<len0; i0++){
const _errs42 = errors;
if(typeof data13[i0] !== "string"){
validate46.errors = [{instancePath:instancePath+"/labels/" + i0,schemaPath:"#/properties/labels/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid10 = _errs42 === errors;
if(!valid10){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined){
const _errs44 = errors;
if(typeof data.host !== "string"){
validate46.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.git !== undefined){
let data16 = data.git;
const _errs46 = errors;
const _errs47 = errors;
let valid11 = false;
const _errs48 = errors;
if(errors === _errs48){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing2;
if(((((data16.branch === undefined) && (missing2 = "branch")) || ((data16.commit === undefined) && (missing2 = "commit"))) || ((data16.dirty === undefined) && (missing2 = "dirty"))) || ((data16.remote === undefined) && (missing2 = "remote"))){
const err4 = {instancePath:instancePath+"/git",schemaPath:"#/properties/git/anyOf/0/required",keyword:"required",params:{missingProperty: missing2}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
const _errs50 = errors;
for(const key2 in data16){
if(!((((key2 === "commit") || (key2 === "branch")) || (key2 === "remote")) || (key2 === "dirty"))){
const err5 = {instancePath:instancePath+"/git",schemaPath:"#/properties/git/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
break;
}
}
if(_errs50 === errors){
if(data16.commit !== undefined){
let data17 = data16.commit;
const _errs51 = errors;
if((typeof data17 !== "string") && (data17 !== null)){
const err6 = {instancePath:instancePath+"/git/commit",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var valid12 = _errs51 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data16.branch !== undefined){
let data18 = data16.branch;
const _errs54 = errors;
if((typeof data18 !== "string") && (data18 !== null)){
const err7 = {instancePath:instancePath+"/git/branch",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var valid12 = _errs54 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data16.remote !== undefined){
let data19 = data16.remote;
const _errs57 = errors;
if((typeof data19 !== "string") && (data19 !== null)){
const err8 = {instancePath:instancePath+"/git/remote",schemaPath:"common.schema.json#/$defs/text/type",keyword:"type",params:{type: schema59.type}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var valid12 = _errs57 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data16.dirty !== undefined){
const _errs60 = errors;
if(typeof data16.dirty !== "boolean"){
const err9 = {instancePath:instancePath+"/git/dirty",schemaPath:"#/properties/git/anyOf/0/properties/dirty/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var valid12 = _errs60 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
}
}
else {
const err10 = {instancePath:instancePath+"/git",schemaPath:"#/properties/git/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid1 = _errs48 === errors;
valid11 = valid11 || _valid1;
const _errs62 = errors;
if(data16 !== null){
const err11 = {instancePath:instancePath+"/git",schemaPath:"#/properties/git/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid1 = _errs62 === errors;
valid11 = valid11 || _valid1;
if(!valid11){
const err12 = {instancePath:instancePath+"/git",schemaPath:"#/properties/git/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
validate46.errors = vErrors;
return false;
}
else {
errors = _errs47;
if(vErrors !== null){
if(_errs47){
vErrors.length = _errs47;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.components !== undefined){
let data21 = data.components;
const _errs64 = errors;
if(errors === _errs64){
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
for(const key3 in data21){
let data22 = data21[key3];
const _errs67 = errors;
if(errors === _errs67){
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
let missing3;
if((((data22.files === undefined) && (missing3 = "files")) || ((data22.formats === undefined) && (missing3 = "formats"))) || ((data22.notes === undefined) && (missing3 = "notes"))){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
const _errs69 = errors;
for(const key4 in data22){
if(!(((key4 === "files") || (key4 === "formats")) || (key4 === "notes"))){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}}];
return false;
break;
}
}
if(_errs69 === errors){
if(data22.files !== undefined){
let data23 = data22.files;
const _errs70 = errors;
const _errs71 = errors;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/files",schemaPath:"common.schema.json#/$defs/count/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs71){
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 9007199254740991 || isNaN(data23)){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/files",schemaPath:"common.schema.json#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data23 < 0 || isNaN(data23)){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/files",schemaPath:"common.schema.json#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid17 = _errs70 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data22.formats !== undefined){
let data24 = data22.formats;
const _errs73 = errors;
if(errors === _errs73){
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key5 in data24){
let data25 = data24[key5];
const _errs76 = errors;
if(errors === _errs76){
if(Array.isArray(data25)){
var valid20 = true;
const len1 = data25.length;
for(let i1=0; i1<len1; i1++){
const _errs78 = errors;
if(typeof data25[i1] !== "string"){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/formats/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i1,schemaPath:"#/properties/components/additionalProperties/properties/formats/additionalProperties/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid20 = _errs78 === errors;
if(!valid20){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/formats/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/properties/formats/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid19 = _errs76 === errors;
if(!valid19){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/formats",schemaPath:"#/properties/components/additionalProperties/properties/formats/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid17 = _errs73 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data22.notes !== undefined){
let data27 = data22.notes;
const _errs80 = errors;
if(errors === _errs80){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
for(const key6 in data27){
const _errs83 = errors;
if(typeof data27[key6] !== "string"){
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/notes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/properties/notes/additionalProperties/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid21 = _errs83 === errors;
if(!valid21){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/notes",schemaPath:"#/properties/components/additionalProperties/properties/notes/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid17 = _errs80 === errors;
}
else {
var valid17 = true;
}
}
}
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/components/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/components/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid16 = _errs67 === errors;
if(!valid16){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs64 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lineage !== undefined){
let data29 = data.lineage;
const _errs85 = errors;
if(errors === _errs85){
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
for(const key7 in data29){
let data30 = data29[key7];
const _errs88 = errors;
if(errors === _errs88){
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
let missing4;
if((((data30.digest === undefined) && (missing4 = "digest")) || ((data30.inputs === undefined) && (missing4 = "inputs"))) || ((data30.since === undefined) && (missing4 = "since"))){
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/lineage/additionalProperties/required",keyword:"required",params:{missingProperty: missing4}}];
return false;
}
else {
const _errs90 = errors;
for(const key8 in data30){
if(!(((key8 === "digest") || (key8 === "since")) || (key8 === "inputs"))){
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/lineage/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}}];
return false;
break;
}
}
if(_errs90 === errors){
if(data30.digest !== undefined){
let data31 = data30.digest;
const _errs91 = errors;
const _errs92 = errors;
if(errors === _errs92){
if(typeof data31 === "string"){
if(!pattern4.test(data31)){
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/digest",schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/digest",schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid23 = _errs91 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data30.since !== undefined){
let data32 = data30.since;
const _errs94 = errors;
const _errs95 = errors;
if(errors === _errs95){
if(typeof data32 === "string"){
if(!pattern6.test(data32)){
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/since",schemaPath:"common.schema.json#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/since",schemaPath:"common.schema.json#/$defs/version/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid23 = _errs94 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data30.inputs !== undefined){
let data33 = data30.inputs;
const _errs97 = errors;
if(errors === _errs97){
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key9 in data33){
let data34 = data33[key9];
const _errs100 = errors;
const _errs101 = errors;
if(errors === _errs101){
if(typeof data34 === "string"){
if(!pattern4.test(data34)){
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/inputs/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"common.schema.json#/$defs/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/inputs/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"common.schema.json#/$defs/digest/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid26 = _errs100 === errors;
if(!valid26){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/inputs",schemaPath:"#/properties/lineage/additionalProperties/properties/inputs/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid23 = _errs97 === errors;
}
else {
var valid23 = true;
}
}
}
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/lineage/additionalProperties/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid22 = _errs88 === errors;
if(!valid22){
break;
}
}
}
else {
validate46.errors = [{instancePath:instancePath+"/lineage",schemaPath:"#/properties/lineage/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs85 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secrets !== undefined){
let data35 = data.secrets;
const _errs103 = errors;
const _errs104 = errors;
let valid28 = false;
const _errs105 = errors;
if(errors === _errs105){
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
let missing5;
if(((data35.findings === undefined) && (missing5 = "findings")) || ((data35.reason === undefined) && (missing5 = "reason"))){
const err13 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/anyOf/0/required",keyword:"required",params:{missingProperty: missing5}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
else {
const _errs107 = errors;
for(const key10 in data35){
if(!((key10 === "reason") || (key10 === "findings"))){
const err14 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
break;
}
}
if(_errs107 === errors){
if(data35.reason !== undefined){
const _errs108 = errors;
if(typeof data35.reason !== "string"){
const err15 = {instancePath:instancePath+"/secrets/reason",schemaPath:"#/properties/secrets/anyOf/0/properties/reason/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var valid29 = _errs108 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data35.findings !== undefined){
let data37 = data35.findings;
const _errs110 = errors;
if(errors === _errs110){
if(Array.isArray(data37)){
var valid30 = true;
const len2 = data37.length;
for(let i2=0; i2<len2; i2++){
let data38 = data37[i2];
const _errs112 = errors;
if(errors === _errs112){
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
let missing6;
if(((((data38.fingerprint === undefined) && (missing6 = "fingerprint")) || ((data38.line === undefined) && (missing6 = "line"))) || ((data38.path === undefined) && (missing6 = "path"))) || ((data38.rule === undefined) && (missing6 = "rule"))){
const err16 = {instancePath:instancePath+"/secrets/findings/" + i2,schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/required",keyword:"required",params:{missingProperty: missing6}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
else {
const _errs114 = errors;
for(const key11 in data38){
if(!((((key11 === "path") || (key11 === "line")) || (key11 === "rule")) || (key11 === "fingerprint"))){
const err17 = {instancePath:instancePath+"/secrets/findings/" + i2,schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
break;
}
}
if(_errs114 === errors){
if(data38.path !== undefined){
const _errs115 = errors;
if(typeof data38.path !== "string"){
const err18 = {instancePath:instancePath+"/secrets/findings/" + i2+"/path",schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var valid31 = _errs115 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data38.line !== undefined){
let data40 = data38.line;
const _errs117 = errors;
const _errs118 = errors;
if(!(((typeof data40 == "number") && (!(data40 % 1) && !isNaN(data40))) && (isFinite(data40)))){
const err19 = {instancePath:instancePath+"/secrets/findings/" + i2+"/line",schemaPath:"common.schema.json#/$defs/count/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(errors === _errs118){
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 > 9007199254740991 || isNaN(data40)){
const err20 = {instancePath:instancePath+"/secrets/findings/" + i2+"/line",schemaPath:"common.schema.json#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
else {
if(data40 < 0 || isNaN(data40)){
const err21 = {instancePath:instancePath+"/secrets/findings/" + i2+"/line",schemaPath:"common.schema.json#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
}
var valid31 = _errs117 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data38.rule !== undefined){
const _errs120 = errors;
if(typeof data38.rule !== "string"){
const err22 = {instancePath:instancePath+"/secrets/findings/" + i2+"/rule",schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/properties/rule/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
var valid31 = _errs120 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data38.fingerprint !== undefined){
const _errs122 = errors;
if(typeof data38.fingerprint !== "string"){
const err23 = {instancePath:instancePath+"/secrets/findings/" + i2+"/fingerprint",schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/properties/fingerprint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
var valid31 = _errs122 === errors;
}
else {
var valid31 = true;
}
}
}
}
}
}
}
else {
const err24 = {instancePath:instancePath+"/secrets/findings/" + i2,schemaPath:"#/properties/secrets/anyOf/0/properties/findings/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
var valid30 = _errs112 === errors;
if(!valid30){
break;
}
}
}
else {
const err25 = {instancePath:instancePath+"/secrets/findings",schemaPath:"#/properties/secrets/anyOf/0/properties/findings/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
var valid29 = _errs110 === errors;
}
else {
var valid29 = true;
}
}
}
}
}
else {
const err26 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
var _valid2 = _errs105 === errors;
valid28 = valid28 || _valid2;
const _errs124 = errors;
if(data35 !== null){
const err27 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
var _valid2 = _errs124 === errors;
valid28 = valid28 || _valid2;
if(!valid28){
const err28 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
validate46.errors = vErrors;
return false;
}
else {
errors = _errs104;
if(vErrors !== null){
if(_errs104){
vErrors.length = _errs104;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs103 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.origin !== undefined){
let data43 = data.origin;
const _errs126 = errors;
const _errs127 = errors;
let valid33 = false;
const _errs128 = errors;
if(errors === _errs128){
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
let missing7;
if(((data43.registry === undefined) && (missing7 = "registry")) || ((data43.version === undefined) && (missing7 = "version"))){
const err29 = {instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/anyOf/0/required",keyword:"required",params:{missingProperty: missing7}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
else {
const _errs130 = errors;
for(const key12 in data43){
if(!((key12 === "registry") || (key12 === "version"))){
const err30 = {instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
break;
}
}
if(_errs130 === errors){
if(data43.registry !== undefined){
const _errs131 = errors;
if(typeof data43.registry !== "string"){
const err31 = {instancePath:instancePath+"/origin/registry",schemaPath:"#/properties/origin/anyOf/0/properties/registry/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
var valid34 = _errs131 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data43.version !== undefined){
let data45 = data43.version;
const _errs133 = errors;
const _errs134 = errors;
if(errors === _errs134){
if(typeof data45 === "string"){
if(!pattern6.test(data45)){
const err32 = {instancePath:instancePath+"/origin/version",schemaPath:"common.schema.json#/$defs/version/pattern",keyword:"pattern",params:{pattern: "^v[1-9][0-9]{0,11}$"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/origin/version",schemaPath:"common.schema.json#/$defs/version/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
var valid34 = _errs133 === errors;
}
else {
var valid34 = true;
}
}
}
}
}
else {
const err34 = {instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
var _valid3 = _errs128 === errors;
valid33 = valid33 || _valid3;
const _errs136 = errors;
if(data43 !== null){
const err35 = {instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
var _valid3 = _errs136 === errors;
valid33 = valid33 || _valid3;
if(!valid33){
const err36 = {instancePath:instancePath+"/origin",schemaPath:"#/properties/origin/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
validate46.errors = vErrors;
return false;
}
else {
errors = _errs127;
if(vErrors !== null){
if(_errs127){
vErrors.length = _errs127;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs126 === errors;
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
validate46.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate46.errors = vErrors;
return errors === 0;
}
validate46.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const validateCheckoutRecord: Validator<CheckoutRecord> = checkedCheckoutRecord
export const validateFormat: Validator<Format> = checkedFormat
export const validateIndexRecord: Validator<IndexRecord> = checkedIndexRecord
export const validateLabel: Validator<Label> = checkedLabel
export const validateManifest: Validator<Manifest> = checkedManifest
export const validateMarkEntry: Validator<MarkEntry> = checkedMarkEntry
export const validatePointerEntry: Validator<PointerEntry> = checkedPointerEntry
export const validateRelease: Validator<Release> = checkedRelease
export const validateTree: Validator<Tree> = checkedTree
export const validateVersionEntry: Validator<VersionEntry> = checkedVersionEntry
