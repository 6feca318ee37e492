// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { Prediction, PredictionProfile } from '../core/model.gen.ts'

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

const checkedPredictionProfile = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"prediction-profile.schema.json","title":"PredictionProfile","description":"How lines of another log format become predictions: where each field stands.","type":"object","additionalProperties":false,"required":["name","version","knownBy","fields"],"properties":{"name":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,31}$"},"version":{"type":"integer","minimum":1},"extends":{"description":"A profile that ships with aiship: its fields are tried after these.","type":"string"},"knownBy":{"description":"Keys of which a line of this format has at least one.","type":"array","items":{"type":"string"}},"each":{"description":"Lists in lists, down to what becomes a record; several where a line may have one or the other. Absent: the line itself.","type":"array","items":{"type":"array","items":{"type":"string"}}},"attributes":{"description":"Where lists of `{key, value}` stand, in the record or in what it lies in; the innermost counts.","type":"array","items":{"type":"string"}},"only":{"description":"Records for which none of these holds are not about predictions and are passed over. Absent: all are taken.","type":"array","items":{"$ref":"#/$defs/condition"}},"pair":{"description":"A request and its answer are two lines with the same id, at most ten minutes apart: they become one, the request's keys under `request`.","type":"object","additionalProperties":false,"required":["id","request","answer"],"properties":{"id":{"type":"string"},"request":{"$ref":"#/$defs/condition"},"answer":{"$ref":"#/$defs/condition"}}},"evaluation":{"title":"ProfileEvaluation","description":"What says which flag, and so which bundle, a request got: the record itself or an item of a list in it. Where its fields name a bundle, they count for that record and for later ones with the same `trace`, as far as these say no bundle themselves, or the same.","type":"object","additionalProperties":false,"required":["in","only","trace","fields"],"properties":{"in":{"type":"string"},"only":{"type":"array","items":{"$ref":"#/$defs/condition"}},"trace":{"type":"string"},"fields":{"type":"object","additionalProperties":{"type":"array","items":{"$ref":"#/$defs/expression"}}}}},"fields":{"description":"For each key of a prediction where to look, in this order.","type":"object","additionalProperties":{"type":"array","items":{"$ref":"#/$defs/expression"}}},"usage":{"description":"The same for the keys of `usage`.","type":"object","additionalProperties":{"type":"array","items":{"$ref":"#/$defs/expression"}}},"segment":{"description":"The same for the keys of `segment`.","type":"object","additionalProperties":{"type":"array","items":{"$ref":"#/$defs/expression"}}},"segmentPrefixes":{"description":"Attributes that begin so are segments, called by the rest.","type":"array","items":{"type":"string"}}},"$defs":{"condition":{"title":"ProfileCondition","description":"Holds if the value is there and, with `in`, is one of these. With both, `at` is a path in the attribute's value.","type":"object","additionalProperties":false,"properties":{"at":{"type":"string"},"attribute":{"type":"string"},"in":{"type":"array","items":{"type":["string","number","boolean"]}},"absent":{"description":"Holds if the value is not there, or is empty.","const":true,"type":"boolean"}}},"expression":{"title":"ProfileExpression","description":"A value: the first of these that is there.","type":"object","additionalProperties":false,"properties":{"at":{"description":"A dotted path in the record, or in what it lies in.","type":"string"},"attribute":{"type":"string"},"value":{"description":"This text or number itself.","type":["string","number","boolean"]},"join":{"description":"These, with a colon between.","type":"array","items":{"$ref":"#/$defs/expression"}},"between":{"description":"The time between two moments, in ms.","type":"array","items":{"$ref":"#/$defs/expression"},"minItems":2,"maxItems":2},"when":{"$ref":"#/$defs/condition"},"map":{"description":"What each value becomes; others are left out.","type":"object","additionalProperties":{"type":["string","number","boolean"]}},"as":{"description":"How it is read. `text` is the default of what is neither number nor boolean; `digest` takes digests only.","type":"string","enum":["text","number","json","json-text","captured","digest","trace-id","span-id","time","unix-s","unix-ms","unix-ns"]}}}}};
const schema32 = {"title":"ProfileCondition","description":"Holds if the value is there and, with `in`, is one of these. With both, `at` is a path in the attribute's value.","type":"object","additionalProperties":false,"properties":{"at":{"type":"string"},"attribute":{"type":"string"},"in":{"type":"array","items":{"type":["string","number","boolean"]}},"absent":{"description":"Holds if the value is not there, or is empty.","const":true,"type":"boolean"}}};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[a-z][a-z0-9-]{0,31}$", "u");
const schema36 = {"title":"ProfileExpression","description":"A value: the first of these that is there.","type":"object","additionalProperties":false,"properties":{"at":{"description":"A dotted path in the record, or in what it lies in.","type":"string"},"attribute":{"type":"string"},"value":{"description":"This text or number itself.","type":["string","number","boolean"]},"join":{"description":"These, with a colon between.","type":"array","items":{"$ref":"#/$defs/expression"}},"between":{"description":"The time between two moments, in ms.","type":"array","items":{"$ref":"#/$defs/expression"},"minItems":2,"maxItems":2},"when":{"$ref":"#/$defs/condition"},"map":{"description":"What each value becomes; others are left out.","type":"object","additionalProperties":{"type":["string","number","boolean"]}},"as":{"description":"How it is read. `text` is the default of what is neither number nor boolean; `digest` takes digests only.","type":"string","enum":["text","number","json","json-text","captured","digest","trace-id","span-id","time","unix-s","unix-ms","unix-ns"]}}};
const wrapper0 = {validate: validate21};

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
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
if(!((((((((key0 === "at") || (key0 === "attribute")) || (key0 === "value")) || (key0 === "join")) || (key0 === "between")) || (key0 === "when")) || (key0 === "map")) || (key0 === "as"))){
validate21.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.at !== undefined){
const _errs2 = errors;
if(typeof data.at !== "string"){
validate21.errors = [{instancePath:instancePath+"/at",schemaPath:"#/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.attribute !== undefined){
const _errs4 = errors;
if(typeof data.attribute !== "string"){
validate21.errors = [{instancePath:instancePath+"/attribute",schemaPath:"#/properties/attribute/type",keyword:"type",params:{type: "string"}}];
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
if(((typeof data2 !== "string") && (!((typeof data2 == "number") && (isFinite(data2))))) && (typeof data2 !== "boolean")){
validate21.errors = [{instancePath:instancePath+"/value",schemaPath:"#/properties/value/type",keyword:"type",params:{type: schema36.properties.value.type}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.join !== undefined){
let data3 = data.join;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data3)){
var valid1 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs10 = errors;
if(!(wrapper0.validate(data3[i0], {instancePath:instancePath+"/join/" + i0,parentData:data3,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? wrapper0.validate.errors : vErrors.concat(wrapper0.validate.errors);
errors = vErrors.length;
}
var valid1 = _errs10 === errors;
if(!valid1){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/join",schemaPath:"#/properties/join/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.between !== undefined){
let data5 = data.between;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data5)){
if(data5.length > 2){
validate21.errors = [{instancePath:instancePath+"/between",schemaPath:"#/properties/between/maxItems",keyword:"maxItems",params:{limit: 2}}];
return false;
}
else {
if(data5.length < 2){
validate21.errors = [{instancePath:instancePath+"/between",schemaPath:"#/properties/between/minItems",keyword:"minItems",params:{limit: 2}}];
return false;
}
else {
var valid2 = true;
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
const _errs13 = errors;
if(!(wrapper0.validate(data5[i1], {instancePath:instancePath+"/between/" + i1,parentData:data5,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? wrapper0.validate.errors : vErrors.concat(wrapper0.validate.errors);
errors = vErrors.length;
}
var valid2 = _errs13 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/between",schemaPath:"#/properties/between/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.when !== undefined){
let data7 = data.when;
const _errs14 = errors;
const _errs15 = errors;
if(errors === _errs15){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
const _errs17 = errors;
for(const key1 in data7){
if(!((((key1 === "at") || (key1 === "attribute")) || (key1 === "in")) || (key1 === "absent"))){
validate21.errors = [{instancePath:instancePath+"/when",schemaPath:"#/$defs/condition/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs17 === errors){
if(data7.at !== undefined){
const _errs18 = errors;
if(typeof data7.at !== "string"){
validate21.errors = [{instancePath:instancePath+"/when/at",schemaPath:"#/$defs/condition/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs18 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.attribute !== undefined){
const _errs20 = errors;
if(typeof data7.attribute !== "string"){
validate21.errors = [{instancePath:instancePath+"/when/attribute",schemaPath:"#/$defs/condition/properties/attribute/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs20 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.in !== undefined){
let data10 = data7.in;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data10)){
var valid5 = true;
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
const _errs24 = errors;
if(((typeof data11 !== "string") && (!((typeof data11 == "number") && (isFinite(data11))))) && (typeof data11 !== "boolean")){
validate21.errors = [{instancePath:instancePath+"/when/in/" + i2,schemaPath:"#/$defs/condition/properties/in/items/type",keyword:"type",params:{type: schema32.properties.in.items.type}}];
return false;
}
var valid5 = _errs24 === errors;
if(!valid5){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/when/in",schemaPath:"#/$defs/condition/properties/in/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs22 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.absent !== undefined){
let data12 = data7.absent;
const _errs26 = errors;
if(typeof data12 !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/when/absent",schemaPath:"#/$defs/condition/properties/absent/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data12){
validate21.errors = [{instancePath:instancePath+"/when/absent",schemaPath:"#/$defs/condition/properties/absent/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid4 = _errs26 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/when",schemaPath:"#/$defs/condition/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.map !== undefined){
let data13 = data.map;
const _errs28 = errors;
if(errors === _errs28){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key2 in data13){
let data14 = data13[key2];
const _errs31 = errors;
if(((typeof data14 !== "string") && (!((typeof data14 == "number") && (isFinite(data14))))) && (typeof data14 !== "boolean")){
validate21.errors = [{instancePath:instancePath+"/map/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/map/additionalProperties/type",keyword:"type",params:{type: schema36.properties.map.additionalProperties.type}}];
return false;
}
var valid6 = _errs31 === errors;
if(!valid6){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/map",schemaPath:"#/properties/map/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.as !== undefined){
let data15 = data.as;
const _errs33 = errors;
if(typeof data15 !== "string"){
validate21.errors = [{instancePath:instancePath+"/as",schemaPath:"#/properties/as/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((((((((((data15 === "text") || (data15 === "number")) || (data15 === "json")) || (data15 === "json-text")) || (data15 === "captured")) || (data15 === "digest")) || (data15 === "trace-id")) || (data15 === "span-id")) || (data15 === "time")) || (data15 === "unix-s")) || (data15 === "unix-ms")) || (data15 === "unix-ns"))){
validate21.errors = [{instancePath:instancePath+"/as",schemaPath:"#/properties/as/enum",keyword:"enum",params:{allowedValues: schema36.properties.as.enum}}];
return false;
}
var valid0 = _errs33 === errors;
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
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="prediction-profile.schema.json" */;
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
if(((((data.name === undefined) && (missing0 = "name")) || ((data.version === undefined) && (missing0 = "version"))) || ((data.knownBy === undefined) && (missing0 = "knownBy"))) || ((data.fields === undefined) && (missing0 = "fields"))){
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
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate20.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"}}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}}];
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
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate20.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 < 1 || isNaN(data1)){
validate20.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.extends !== undefined){
const _errs6 = errors;
if(typeof data.extends !== "string"){
validate20.errors = [{instancePath:instancePath+"/extends",schemaPath:"#/properties/extends/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.knownBy !== undefined){
let data3 = data.knownBy;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data3)){
var valid1 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs10 = errors;
if(typeof data3[i0] !== "string"){
validate20.errors = [{instancePath:instancePath+"/knownBy/" + i0,schemaPath:"#/properties/knownBy/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs10 === errors;
if(!valid1){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/knownBy",schemaPath:"#/properties/knownBy/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.each !== undefined){
let data5 = data.each;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data5)){
var valid2 = true;
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data6)){
var valid3 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
const _errs16 = errors;
if(typeof data6[i2] !== "string"){
validate20.errors = [{instancePath:instancePath+"/each/" + i1+"/" + i2,schemaPath:"#/properties/each/items/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs16 === errors;
if(!valid3){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/each/" + i1,schemaPath:"#/properties/each/items/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs14 === errors;
if(!valid2){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/each",schemaPath:"#/properties/each/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.attributes !== undefined){
let data8 = data.attributes;
const _errs18 = errors;
if(errors === _errs18){
if(Array.isArray(data8)){
var valid4 = true;
const len3 = data8.length;
for(let i3=0; i3<len3; i3++){
const _errs20 = errors;
if(typeof data8[i3] !== "string"){
validate20.errors = [{instancePath:instancePath+"/attributes/" + i3,schemaPath:"#/properties/attributes/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs20 === errors;
if(!valid4){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/attributes",schemaPath:"#/properties/attributes/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.only !== undefined){
let data10 = data.only;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data10)){
var valid5 = true;
const len4 = data10.length;
for(let i4=0; i4<len4; i4++){
let data11 = data10[i4];
const _errs24 = errors;
const _errs25 = errors;
if(errors === _errs25){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
const _errs27 = errors;
for(const key1 in data11){
if(!((((key1 === "at") || (key1 === "attribute")) || (key1 === "in")) || (key1 === "absent"))){
validate20.errors = [{instancePath:instancePath+"/only/" + i4,schemaPath:"#/$defs/condition/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs27 === errors){
if(data11.at !== undefined){
const _errs28 = errors;
if(typeof data11.at !== "string"){
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/at",schemaPath:"#/$defs/condition/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs28 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.attribute !== undefined){
const _errs30 = errors;
if(typeof data11.attribute !== "string"){
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/attribute",schemaPath:"#/$defs/condition/properties/attribute/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs30 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.in !== undefined){
let data14 = data11.in;
const _errs32 = errors;
if(errors === _errs32){
if(Array.isArray(data14)){
var valid8 = true;
const len5 = data14.length;
for(let i5=0; i5<len5; i5++){
let data15 = data14[i5];
const _errs34 = errors;
if(((typeof data15 !== "string") && (!((typeof data15 == "number") && (isFinite(data15))))) && (typeof data15 !== "boolean")){
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/in/" + i5,schemaPath:"#/$defs/condition/properties/in/items/type",keyword:"type",params:{type: schema32.properties.in.items.type}}];
return false;
}
var valid8 = _errs34 === errors;
if(!valid8){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/in",schemaPath:"#/$defs/condition/properties/in/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid7 = _errs32 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.absent !== undefined){
let data16 = data11.absent;
const _errs36 = errors;
if(typeof data16 !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/absent",schemaPath:"#/$defs/condition/properties/absent/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data16){
validate20.errors = [{instancePath:instancePath+"/only/" + i4+"/absent",schemaPath:"#/$defs/condition/properties/absent/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid7 = _errs36 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/only/" + i4,schemaPath:"#/$defs/condition/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs24 === errors;
if(!valid5){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/only",schemaPath:"#/properties/only/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pair !== undefined){
let data17 = data.pair;
const _errs38 = errors;
if(errors === _errs38){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
let missing1;
if((((data17.id === undefined) && (missing1 = "id")) || ((data17.request === undefined) && (missing1 = "request"))) || ((data17.answer === undefined) && (missing1 = "answer"))){
validate20.errors = [{instancePath:instancePath+"/pair",schemaPath:"#/properties/pair/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs40 = errors;
for(const key2 in data17){
if(!(((key2 === "id") || (key2 === "request")) || (key2 === "answer"))){
validate20.errors = [{instancePath:instancePath+"/pair",schemaPath:"#/properties/pair/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs40 === errors){
if(data17.id !== undefined){
const _errs41 = errors;
if(typeof data17.id !== "string"){
validate20.errors = [{instancePath:instancePath+"/pair/id",schemaPath:"#/properties/pair/properties/id/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid9 = _errs41 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data17.request !== undefined){
let data19 = data17.request;
const _errs43 = errors;
const _errs44 = errors;
if(errors === _errs44){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
const _errs46 = errors;
for(const key3 in data19){
if(!((((key3 === "at") || (key3 === "attribute")) || (key3 === "in")) || (key3 === "absent"))){
validate20.errors = [{instancePath:instancePath+"/pair/request",schemaPath:"#/$defs/condition/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}}];
return false;
break;
}
}
if(_errs46 === errors){
if(data19.at !== undefined){
const _errs47 = errors;
if(typeof data19.at !== "string"){
validate20.errors = [{instancePath:instancePath+"/pair/request/at",schemaPath:"#/$defs/condition/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid11 = _errs47 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data19.attribute !== undefined){
const _errs49 = errors;
if(typeof data19.attribute !== "string"){
validate20.errors = [{instancePath:instancePath+"/pair/request/attribute",schemaPath:"#/$defs/condition/properties/attribute/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid11 = _errs49 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data19.in !== undefined){
let data22 = data19.in;
const _errs51 = errors;
if(errors === _errs51){
if(Array.isArray(data22)){
var valid12 = true;
const len6 = data22.length;
for(let i6=0; i6<len6; i6++){
let data23 = data22[i6];
const _errs53 = errors;
if(((typeof data23 !== "string") && (!((typeof data23 == "number") && (isFinite(data23))))) && (typeof data23 !== "boolean")){
validate20.errors = [{instancePath:instancePath+"/pair/request/in/" + i6,schemaPath:"#/$defs/condition/properties/in/items/type",keyword:"type",params:{type: schema32.properties.in.items.type}}];
return false;
}
var valid12 = _errs53 === errors;
if(!valid12){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pair/request/in",schemaPath:"#/$defs/condition/properties/in/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid11 = _errs51 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data19.absent !== undefined){
let data24 = data19.absent;
const _errs55 = errors;
if(typeof data24 !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/pair/request/absent",schemaPath:"#/$defs/condition/properties/absent/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data24){
validate20.errors = [{instancePath:instancePath+"/pair/request/absent",schemaPath:"#/$defs/condition/properties/absent/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid11 = _errs55 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pair/request",schemaPath:"#/$defs/condition/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid9 = _errs43 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data17.answer !== undefined){
let data25 = data17.answer;
const _errs57 = errors;
const _errs58 = errors;
if(errors === _errs58){
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
const _errs60 = errors;
for(const key4 in data25){
if(!((((key4 === "at") || (key4 === "attribute")) || (key4 === "in")) || (key4 === "absent"))){
validate20.errors = [{instancePath:instancePath+"/pair/answer",schemaPath:"#/$defs/condition/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}}];
return false;
break;
}
}
if(_errs60 === errors){
if(data25.at !== undefined){
const _errs61 = errors;
if(typeof data25.at !== "string"){
validate20.errors = [{instancePath:instancePath+"/pair/answer/at",schemaPath:"#/$defs/condition/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid14 = _errs61 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data25.attribute !== undefined){
const _errs63 = errors;
if(typeof data25.attribute !== "string"){
validate20.errors = [{instancePath:instancePath+"/pair/answer/attribute",schemaPath:"#/$defs/condition/properties/attribute/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid14 = _errs63 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data25.in !== undefined){
let data28 = data25.in;
const _errs65 = errors;
if(errors === _errs65){
if(Array.isArray(data28)){
var valid15 = true;
const len7 = data28.length;
for(let i7=0; i7<len7; i7++){
let data29 = data28[i7];
const _errs67 = errors;
if(((typeof data29 !== "string") && (!((typeof data29 == "number") && (isFinite(data29))))) && (typeof data29 !== "boolean")){
validate20.errors = [{instancePath:instancePath+"/pair/answer/in/" + i7,schemaPath:"#/$defs/condition/properties/in/items/type",keyword:"type",params:{type: schema32.properties.in.items.type}}];
return false;
}
var valid15 = _errs67 === errors;
if(!valid15){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pair/answer/in",schemaPath:"#/$defs/condition/properties/in/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid14 = _errs65 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data25.absent !== undefined){
let data30 = data25.absent;
const _errs69 = errors;
if(typeof data30 !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/pair/answer/absent",schemaPath:"#/$defs/condition/properties/absent/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data30){
validate20.errors = [{instancePath:instancePath+"/pair/answer/absent",schemaPath:"#/$defs/condition/properties/absent/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid14 = _errs69 === errors;
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
validate20.errors = [{instancePath:instancePath+"/pair/answer",schemaPath:"#/$defs/condition/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid9 = _errs57 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/pair",schemaPath:"#/properties/pair/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evaluation !== undefined){
let data31 = data.evaluation;
const _errs71 = errors;
if(errors === _errs71){
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
let missing2;
if(((((data31.in === undefined) && (missing2 = "in")) || ((data31.only === undefined) && (missing2 = "only"))) || ((data31.trace === undefined) && (missing2 = "trace"))) || ((data31.fields === undefined) && (missing2 = "fields"))){
validate20.errors = [{instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const _errs73 = errors;
for(const key5 in data31){
if(!((((key5 === "in") || (key5 === "only")) || (key5 === "trace")) || (key5 === "fields"))){
validate20.errors = [{instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}}];
return false;
break;
}
}
if(_errs73 === errors){
if(data31.in !== undefined){
const _errs74 = errors;
if(typeof data31.in !== "string"){
validate20.errors = [{instancePath:instancePath+"/evaluation/in",schemaPath:"#/properties/evaluation/properties/in/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid16 = _errs74 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data31.only !== undefined){
let data33 = data31.only;
const _errs76 = errors;
if(errors === _errs76){
if(Array.isArray(data33)){
var valid17 = true;
const len8 = data33.length;
for(let i8=0; i8<len8; i8++){
let data34 = data33[i8];
const _errs78 = errors;
const _errs79 = errors;
if(errors === _errs79){
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
const _errs81 = errors;
for(const key6 in data34){
if(!((((key6 === "at") || (key6 === "attribute")) || (key6 === "in")) || (key6 === "absent"))){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8,schemaPath:"#/$defs/condition/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}}];
return false;
break;
}
}
if(_errs81 === errors){
if(data34.at !== undefined){
const _errs82 = errors;
if(typeof data34.at !== "string"){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/at",schemaPath:"#/$defs/condition/properties/at/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid19 = _errs82 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data34.attribute !== undefined){
const _errs84 = errors;
if(typeof data34.attribute !== "string"){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/attribute",schemaPath:"#/$defs/condition/properties/attribute/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid19 = _errs84 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data34.in !== undefined){
let data37 = data34.in;
const _errs86 = errors;
if(errors === _errs86){
if(Array.isArray(data37)){
var valid20 = true;
const len9 = data37.length;
for(let i9=0; i9<len9; i9++){
let data38 = data37[i9];
const _errs88 = errors;
if(((typeof data38 !== "string") && (!((typeof data38 == "number") && (isFinite(data38))))) && (typeof data38 !== "boolean")){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/in/" + i9,schemaPath:"#/$defs/condition/properties/in/items/type",keyword:"type",params:{type: schema32.properties.in.items.type}}];
return false;
}
var valid20 = _errs88 === errors;
if(!valid20){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/in",schemaPath:"#/$defs/condition/properties/in/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid19 = _errs86 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data34.absent !== undefined){
let data39 = data34.absent;
const _errs90 = errors;
if(typeof data39 !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/absent",schemaPath:"#/$defs/condition/properties/absent/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data39){
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8+"/absent",schemaPath:"#/$defs/condition/properties/absent/const",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid19 = _errs90 === errors;
}
else {
var valid19 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation/only/" + i8,schemaPath:"#/$defs/condition/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid17 = _errs78 === errors;
if(!valid17){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation/only",schemaPath:"#/properties/evaluation/properties/only/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid16 = _errs76 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data31.trace !== undefined){
const _errs92 = errors;
if(typeof data31.trace !== "string"){
validate20.errors = [{instancePath:instancePath+"/evaluation/trace",schemaPath:"#/properties/evaluation/properties/trace/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid16 = _errs92 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data31.fields !== undefined){
let data41 = data31.fields;
const _errs94 = errors;
if(errors === _errs94){
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
for(const key7 in data41){
let data42 = data41[key7];
const _errs97 = errors;
if(errors === _errs97){
if(Array.isArray(data42)){
var valid22 = true;
const len10 = data42.length;
for(let i10=0; i10<len10; i10++){
const _errs99 = errors;
if(!(validate21(data42[i10], {instancePath:instancePath+"/evaluation/fields/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i10,parentData:data42,parentDataProperty:i10,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid22 = _errs99 === errors;
if(!valid22){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation/fields/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/evaluation/properties/fields/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid21 = _errs97 === errors;
if(!valid21){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation/fields",schemaPath:"#/properties/evaluation/properties/fields/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid16 = _errs94 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs71 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fields !== undefined){
let data44 = data.fields;
const _errs100 = errors;
if(errors === _errs100){
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
for(const key8 in data44){
let data45 = data44[key8];
const _errs103 = errors;
if(errors === _errs103){
if(Array.isArray(data45)){
var valid24 = true;
const len11 = data45.length;
for(let i11=0; i11<len11; i11++){
const _errs105 = errors;
if(!(validate21(data45[i11], {instancePath:instancePath+"/fields/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i11,parentData:data45,parentDataProperty:i11,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid24 = _errs105 === errors;
if(!valid24){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/fields/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/fields/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid23 = _errs103 === errors;
if(!valid23){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/fields",schemaPath:"#/properties/fields/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs100 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.usage !== undefined){
let data47 = data.usage;
const _errs106 = errors;
if(errors === _errs106){
if(data47 && typeof data47 == "object" && !Array.isArray(data47)){
for(const key9 in data47){
let data48 = data47[key9];
const _errs109 = errors;
if(errors === _errs109){
if(Array.isArray(data48)){
var valid26 = true;
const len12 = data48.length;
for(let i12=0; i12<len12; i12++){
const _errs111 = errors;
if(!(validate21(data48[i12], {instancePath:instancePath+"/usage/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i12,parentData:data48,parentDataProperty:i12,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid26 = _errs111 === errors;
if(!valid26){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/usage/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/usage/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid25 = _errs109 === errors;
if(!valid25){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/usage",schemaPath:"#/properties/usage/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs106 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.segment !== undefined){
let data50 = data.segment;
const _errs112 = errors;
if(errors === _errs112){
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
for(const key10 in data50){
let data51 = data50[key10];
const _errs115 = errors;
if(errors === _errs115){
if(Array.isArray(data51)){
var valid28 = true;
const len13 = data51.length;
for(let i13=0; i13<len13; i13++){
const _errs117 = errors;
if(!(validate21(data51[i13], {instancePath:instancePath+"/segment/" + key10.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i13,parentData:data51,parentDataProperty:i13,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid28 = _errs117 === errors;
if(!valid28){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/segment/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/segment/additionalProperties/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid27 = _errs115 === errors;
if(!valid27){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/segment",schemaPath:"#/properties/segment/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs112 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.segmentPrefixes !== undefined){
let data53 = data.segmentPrefixes;
const _errs118 = errors;
if(errors === _errs118){
if(Array.isArray(data53)){
var valid29 = true;
const len14 = data53.length;
for(let i14=0; i14<len14; i14++){
const _errs120 = errors;
if(typeof data53[i14] !== "string"){
validate20.errors = [{instancePath:instancePath+"/segmentPrefixes/" + i14,schemaPath:"#/properties/segmentPrefixes/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid29 = _errs120 === errors;
if(!valid29){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/segmentPrefixes",schemaPath:"#/properties/segmentPrefixes/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs118 === errors;
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
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const checkedPrediction = validate26;
const schema38 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"prediction.schema.json","title":"Prediction","description":"One line of a prediction log. Unknown keys are kept in `x`; keys whose value is null count as absent, in `segment`, `scores`, `usage` and `outcome` too.","type":"object","required":["ts","request_id","bundle"],"properties":{"v":{"description":"Format of the record. A record of a later format is not read.","type":"integer","const":1},"event":{"description":"`prediction` (default): an answer. `step`: one call inside an agent's trace. `outcome`: what came of it. `evaluation`: what a judge said of it.","type":"string","enum":["prediction","step","outcome","evaluation"]},"ts":{"description":"When the answer was given: RFC 3339 with `Z` or an offset. A local time without one is refused.","type":"string","pattern":"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},"request_id":{"description":"The service's own id of the request. One item of a batch is `<call>#<index>`.","type":"string","pattern":"^[\\s\\S]{1,256}$"},"bundle":{"description":"The digest of the bundle that answered, read from the running process, not from the pointer. 12 hex digits or more are resolved when the line is read.","type":"string","pattern":"^(sha256:[0-9a-f]{64}|[0-9a-f]{12,64})$"},"pointer":{"description":"The pointer that the service follows.","type":"string","pattern":"^[a-z0-9][a-z0-9._-]{0,62}$"},"seq":{"description":"The pointer's entry that the route was read from.","type":"integer","minimum":1,"maximum":999999999999},"arm":{"description":"The arm of the route that answered.","type":"string","pattern":"^[a-z][a-z0-9-]{0,31}$"},"mode":{"description":"`live` (default) answered somebody; `shadow` and `holdout` were not acted upon; `replay` is a remediation's.","type":"string","enum":["live","shadow","holdout","replay"]},"reason":{"description":"Why this arm: `STATIC`, `TARGETING_MATCH` or `SPLIT`. Only `SPLIT` enters statistics.","type":"string","pattern":"^[\\s\\S]{1,64}$"},"targeting_key":{"description":"What the split was drawn by: guards count these, not requests.","type":"string","pattern":"^[\\s\\S]{1,256}$"},"service":{"description":"Who answered.","type":"string","pattern":"^[\\s\\S]{1,128}$"},"entity":{"description":"The thing that the decision is about, such as `order:275260`.","type":"string","pattern":"^[\\s\\S]{1,256}$"},"trace_id":{"description":"W3C trace id.","type":"string","pattern":"^[0-9a-f]{32}$"},"span_id":{"description":"W3C span id.","type":"string","pattern":"^[0-9a-f]{16}$"},"parent_span_id":{"description":"The span that this one lies in.","type":"string","pattern":"^[0-9a-f]{16}$"},"session_id":{"description":"The conversation or visit.","type":"string","pattern":"^[\\s\\S]{1,256}$"},"op":{"description":"What was done: `chat`, `execute_tool`, `retrieval`, …, as `gen_ai.operation.name`.","type":"string","pattern":"^[\\s\\S]{1,64}$"},"input_hash":{"description":"SHA-256 of the RFC 8785 canonical JSON of what the model received, after feature building; `hmac-sha256` where inputs can be guessed.","type":"string","pattern":"^(sha256|hmac-sha256):[0-9a-f]{64}$"},"input":{"description":"What the model received. Kept only with `--keep-payloads`, else replaced by its hash."},"input_ref":{"description":"Where the input is: an object's digest or a URI.","type":"string","pattern":"^[\\s\\S]{1,2048}$"},"output_hash":{"description":"The same of the answer.","type":"string","pattern":"^(sha256|hmac-sha256):[0-9a-f]{64}$"},"output":{"description":"The answer. Kept only with `--keep-payloads`, else replaced by its hash."},"output_ref":{"description":"Where the answer is.","type":"string","pattern":"^[\\s\\S]{1,2048}$"},"features_ts":{"description":"As of when the features are.","type":"string","pattern":"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},"label":{"description":"The answer in short: a class, a decision.","type":["string","number","boolean"],"pattern":"^[\\s\\S]{0,1024}$"},"score":{"description":"The score behind it.","type":"number"},"scores":{"description":"Several, by name.","type":"object","maxProperties":64,"additionalProperties":{"type":"number"}},"action":{"description":"What was done because of it: `block`, `refund_order`.","type":"string","pattern":"^[\\s\\S]{1,128}$"},"applied":{"description":"Whether it was really done. Default true for `live`, else false.","type":"boolean"},"latency_ms":{"description":"Milliseconds from request to answer.","type":"number","minimum":0},"ttft_ms":{"description":"Milliseconds to the first token.","type":"number","minimum":0},"status":{"description":"Default `ok`.","type":"string","enum":["ok","error","timeout","fallback","blocked"]},"error_type":{"description":"What kind of error.","type":"string","pattern":"^[\\s\\S]{1,128}$"},"finish_reason":{"description":"Why a model stopped.","type":"string","pattern":"^[\\s\\S]{1,64}$"},"model_served":{"description":"What a provider says that it served.","type":"string","pattern":"^[\\s\\S]{1,256}$"},"system_fingerprint":{"description":"The provider's fingerprint of it.","type":"string","pattern":"^[\\s\\S]{1,128}$"},"usage":{"description":"Tokens and money: `input_tokens`, `output_tokens`, `cache_read_input_tokens`, `cost_usd`, …","type":"object","maxProperties":64,"additionalProperties":{"type":"number","minimum":0}},"segment":{"description":"What answers are grouped by: `region`, `device`, `tier`.","type":"object","maxProperties":32,"propertyNames":{"pattern":"^[a-z0-9_.-]{1,64}$"},"additionalProperties":{"type":["string","number","boolean"],"pattern":"^[\\s\\S]{0,1024}$"}},"sample_rate":{"description":"The share of requests that are logged; default 1. Counts are divided by it.","type":"number","exclusiveMinimum":0,"maximum":1},"outcome":{"title":"PredictionOutcome","description":"What was observed or judged, of an `outcome` or `evaluation`.","type":"object","required":["name","value"],"properties":{"name":{"description":"`chargeback`, `clicked`, `faithfulness`.","type":"string","pattern":"^[\\s\\S]{1,128}$"},"value":{"type":["string","number","boolean"],"pattern":"^[\\s\\S]{0,1024}$"},"observed_ts":{"description":"When it was observed; default `ts`.","type":"string","pattern":"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}},"x":{"description":"Whatever else. Unknown keys of the record go here too.","type":"object"}},"allOf":[{"if":{"required":["event"],"properties":{"event":{"enum":["outcome","evaluation"]}}},"then":{"required":["outcome"]}},{"if":{"required":["event"],"properties":{"event":{"const":"step"}}},"then":{"required":["trace_id","span_id"]}}]};
const pattern5 = new RegExp("^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$", "u");
const pattern6 = new RegExp("^[\\s\\S]{1,256}$", "u");
const pattern7 = new RegExp("^(sha256:[0-9a-f]{64}|[0-9a-f]{12,64})$", "u");
const pattern8 = new RegExp("^[a-z0-9][a-z0-9._-]{0,62}$", "u");
const pattern10 = new RegExp("^[\\s\\S]{1,64}$", "u");
const pattern12 = new RegExp("^[\\s\\S]{1,128}$", "u");
const pattern14 = new RegExp("^[0-9a-f]{32}$", "u");
const pattern15 = new RegExp("^[0-9a-f]{16}$", "u");
const pattern19 = new RegExp("^(sha256|hmac-sha256):[0-9a-f]{64}$", "u");
const pattern20 = new RegExp("^[\\s\\S]{1,2048}$", "u");
const pattern24 = new RegExp("^[\\s\\S]{0,1024}$", "u");
const pattern30 = new RegExp("^[a-z0-9_.-]{1,64}$", "u");

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="prediction.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
const _errs2 = errors;
let valid1 = true;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.event === undefined) && (missing0 = "event")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.event !== undefined){
let data0 = data.event;
if(!((data0 === "outcome") || (data0 === "evaluation"))){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
}
var _valid0 = _errs3 === errors;
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.outcome === undefined) && (missing1 = "outcome")){
validate26.errors = [{instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
}
var _valid0 = _errs5 === errors;
valid1 = _valid0;
}
if(!valid1){
const err2 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate26.errors = vErrors;
return false;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs6 = errors;
const _errs7 = errors;
let valid3 = true;
const _errs8 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.event === undefined) && (missing2 = "event")){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
if(data.event !== undefined){
if("step" !== data.event){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
}
var _valid1 = _errs8 === errors;
errors = _errs7;
if(vErrors !== null){
if(_errs7){
vErrors.length = _errs7;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs10 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.trace_id === undefined) && (missing3 = "trace_id")) || ((data.span_id === undefined) && (missing3 = "span_id"))){
validate26.errors = [{instancePath,schemaPath:"#/allOf/1/then/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
}
var _valid1 = _errs10 === errors;
valid3 = _valid1;
}
if(!valid3){
const err5 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate26.errors = vErrors;
return false;
}
var valid0 = _errs6 === errors;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((((data.ts === undefined) && (missing4 = "ts")) || ((data.request_id === undefined) && (missing4 = "request_id"))) || ((data.bundle === undefined) && (missing4 = "bundle"))){
validate26.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing4}}];
return false;
}
else {
if(data.v !== undefined){
let data2 = data.v;
const _errs11 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate26.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(1 !== data2){
validate26.errors = [{instancePath:instancePath+"/v",schemaPath:"#/properties/v/const",keyword:"const",params:{allowedValue: 1}}];
return false;
}
var valid5 = _errs11 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.event !== undefined){
let data3 = data.event;
const _errs13 = errors;
if(typeof data3 !== "string"){
validate26.errors = [{instancePath:instancePath+"/event",schemaPath:"#/properties/event/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data3 === "prediction") || (data3 === "step")) || (data3 === "outcome")) || (data3 === "evaluation"))){
validate26.errors = [{instancePath:instancePath+"/event",schemaPath:"#/properties/event/enum",keyword:"enum",params:{allowedValues: schema38.properties.event.enum}}];
return false;
}
var valid5 = _errs13 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.ts !== undefined){
let data4 = data.ts;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
validate26.errors = [{instancePath:instancePath+"/ts",schemaPath:"#/properties/ts/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/ts",schemaPath:"#/properties/ts/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs15 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.request_id !== undefined){
let data5 = data.request_id;
const _errs17 = errors;
if(errors === _errs17){
if(typeof data5 === "string"){
if(!pattern6.test(data5)){
validate26.errors = [{instancePath:instancePath+"/request_id",schemaPath:"#/properties/request_id/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,256}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/request_id",schemaPath:"#/properties/request_id/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs17 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.bundle !== undefined){
let data6 = data.bundle;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data6 === "string"){
if(!pattern7.test(data6)){
validate26.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/pattern",keyword:"pattern",params:{pattern: "^(sha256:[0-9a-f]{64}|[0-9a-f]{12,64})$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs19 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.pointer !== undefined){
let data7 = data.pointer;
const _errs21 = errors;
if(errors === _errs21){
if(typeof data7 === "string"){
if(!pattern8.test(data7)){
validate26.errors = [{instancePath:instancePath+"/pointer",schemaPath:"#/properties/pointer/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9._-]{0,62}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/pointer",schemaPath:"#/properties/pointer/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs21 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.seq !== undefined){
let data8 = data.seq;
const _errs23 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate26.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs23){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 999999999999 || isNaN(data8)){
validate26.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999999}}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate26.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid5 = _errs23 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.arm !== undefined){
let data9 = data.arm;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data9 === "string"){
if(!pattern4.test(data9)){
validate26.errors = [{instancePath:instancePath+"/arm",schemaPath:"#/properties/arm/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/arm",schemaPath:"#/properties/arm/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs25 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.mode !== undefined){
let data10 = data.mode;
const _errs27 = errors;
if(typeof data10 !== "string"){
validate26.errors = [{instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data10 === "live") || (data10 === "shadow")) || (data10 === "holdout")) || (data10 === "replay"))){
validate26.errors = [{instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema38.properties.mode.enum}}];
return false;
}
var valid5 = _errs27 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.reason !== undefined){
let data11 = data.reason;
const _errs29 = errors;
if(errors === _errs29){
if(typeof data11 === "string"){
if(!pattern10.test(data11)){
validate26.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs29 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.targeting_key !== undefined){
let data12 = data.targeting_key;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data12 === "string"){
if(!pattern6.test(data12)){
validate26.errors = [{instancePath:instancePath+"/targeting_key",schemaPath:"#/properties/targeting_key/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,256}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/targeting_key",schemaPath:"#/properties/targeting_key/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs31 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.service !== undefined){
let data13 = data.service;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data13 === "string"){
if(!pattern12.test(data13)){
validate26.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,128}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs33 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.entity !== undefined){
let data14 = data.entity;
const _errs35 = errors;
if(errors === _errs35){
if(typeof data14 === "string"){
if(!pattern6.test(data14)){
validate26.errors = [{instancePath:instancePath+"/entity",schemaPath:"#/properties/entity/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,256}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/entity",schemaPath:"#/properties/entity/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs35 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.trace_id !== undefined){
let data15 = data.trace_id;
const _errs37 = errors;
if(errors === _errs37){
if(typeof data15 === "string"){
if(!pattern14.test(data15)){
validate26.errors = [{instancePath:instancePath+"/trace_id",schemaPath:"#/properties/trace_id/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{32}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/trace_id",schemaPath:"#/properties/trace_id/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs37 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.span_id !== undefined){
let data16 = data.span_id;
const _errs39 = errors;
if(errors === _errs39){
if(typeof data16 === "string"){
if(!pattern15.test(data16)){
validate26.errors = [{instancePath:instancePath+"/span_id",schemaPath:"#/properties/span_id/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/span_id",schemaPath:"#/properties/span_id/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs39 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.parent_span_id !== undefined){
let data17 = data.parent_span_id;
const _errs41 = errors;
if(errors === _errs41){
if(typeof data17 === "string"){
if(!pattern15.test(data17)){
validate26.errors = [{instancePath:instancePath+"/parent_span_id",schemaPath:"#/properties/parent_span_id/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/parent_span_id",schemaPath:"#/properties/parent_span_id/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs41 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.session_id !== undefined){
let data18 = data.session_id;
const _errs43 = errors;
if(errors === _errs43){
if(typeof data18 === "string"){
if(!pattern6.test(data18)){
validate26.errors = [{instancePath:instancePath+"/session_id",schemaPath:"#/properties/session_id/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,256}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/session_id",schemaPath:"#/properties/session_id/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs43 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.op !== undefined){
let data19 = data.op;
const _errs45 = errors;
if(errors === _errs45){
if(typeof data19 === "string"){
if(!pattern10.test(data19)){
validate26.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs45 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.input_hash !== undefined){
let data20 = data.input_hash;
const _errs47 = errors;
if(errors === _errs47){
if(typeof data20 === "string"){
if(!pattern19.test(data20)){
validate26.errors = [{instancePath:instancePath+"/input_hash",schemaPath:"#/properties/input_hash/pattern",keyword:"pattern",params:{pattern: "^(sha256|hmac-sha256):[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/input_hash",schemaPath:"#/properties/input_hash/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs47 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.input_ref !== undefined){
let data21 = data.input_ref;
const _errs49 = errors;
if(errors === _errs49){
if(typeof data21 === "string"){
if(!pattern20.test(data21)){
validate26.errors = [{instancePath:instancePath+"/input_ref",schemaPath:"#/properties/input_ref/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,2048}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/input_ref",schemaPath:"#/properties/input_ref/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs49 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.output_hash !== undefined){
let data22 = data.output_hash;
const _errs51 = errors;
if(errors === _errs51){
if(typeof data22 === "string"){
if(!pattern19.test(data22)){
validate26.errors = [{instancePath:instancePath+"/output_hash",schemaPath:"#/properties/output_hash/pattern",keyword:"pattern",params:{pattern: "^(sha256|hmac-sha256):[0-9a-f]{64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/output_hash",schemaPath:"#/properties/output_hash/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs51 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.output_ref !== undefined){
let data23 = data.output_ref;
const _errs53 = errors;
if(errors === _errs53){
if(typeof data23 === "string"){
if(!pattern20.test(data23)){
validate26.errors = [{instancePath:instancePath+"/output_ref",schemaPath:"#/properties/output_ref/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,2048}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/output_ref",schemaPath:"#/properties/output_ref/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs53 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.features_ts !== undefined){
let data24 = data.features_ts;
const _errs55 = errors;
if(errors === _errs55){
if(typeof data24 === "string"){
if(!pattern5.test(data24)){
validate26.errors = [{instancePath:instancePath+"/features_ts",schemaPath:"#/properties/features_ts/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/features_ts",schemaPath:"#/properties/features_ts/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs55 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.label !== undefined){
let data25 = data.label;
const _errs57 = errors;
if(((typeof data25 !== "string") && (!((typeof data25 == "number") && (isFinite(data25))))) && (typeof data25 !== "boolean")){
validate26.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/type",keyword:"type",params:{type: schema38.properties.label.type}}];
return false;
}
if(errors === _errs57){
if(typeof data25 === "string"){
if(!pattern24.test(data25)){
validate26.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{0,1024}$"}}];
return false;
}
}
}
var valid5 = _errs57 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.score !== undefined){
let data26 = data.score;
const _errs59 = errors;
if(!((typeof data26 == "number") && (isFinite(data26)))){
validate26.errors = [{instancePath:instancePath+"/score",schemaPath:"#/properties/score/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid5 = _errs59 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.scores !== undefined){
let data27 = data.scores;
const _errs61 = errors;
if(errors === _errs61){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(Object.keys(data27).length > 64){
validate26.errors = [{instancePath:instancePath+"/scores",schemaPath:"#/properties/scores/maxProperties",keyword:"maxProperties",params:{limit: 64}}];
return false;
}
else {
for(const key0 in data27){
let data28 = data27[key0];
const _errs64 = errors;
if(!((typeof data28 == "number") && (isFinite(data28)))){
validate26.errors = [{instancePath:instancePath+"/scores/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/scores/additionalProperties/type",keyword:"type",params:{type: "number"}}];
return false;
}
var valid6 = _errs64 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/scores",schemaPath:"#/properties/scores/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs61 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.action !== undefined){
let data29 = data.action;
const _errs66 = errors;
if(errors === _errs66){
if(typeof data29 === "string"){
if(!pattern12.test(data29)){
validate26.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,128}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs66 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.applied !== undefined){
const _errs68 = errors;
if(typeof data.applied !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/applied",schemaPath:"#/properties/applied/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid5 = _errs68 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.latency_ms !== undefined){
let data31 = data.latency_ms;
const _errs70 = errors;
if(errors === _errs70){
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 < 0 || isNaN(data31)){
validate26.errors = [{instancePath:instancePath+"/latency_ms",schemaPath:"#/properties/latency_ms/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/latency_ms",schemaPath:"#/properties/latency_ms/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid5 = _errs70 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.ttft_ms !== undefined){
let data32 = data.ttft_ms;
const _errs72 = errors;
if(errors === _errs72){
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 < 0 || isNaN(data32)){
validate26.errors = [{instancePath:instancePath+"/ttft_ms",schemaPath:"#/properties/ttft_ms/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/ttft_ms",schemaPath:"#/properties/ttft_ms/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid5 = _errs72 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.status !== undefined){
let data33 = data.status;
const _errs74 = errors;
if(typeof data33 !== "string"){
validate26.errors = [{instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((data33 === "ok") || (data33 === "error")) || (data33 === "timeout")) || (data33 === "fallback")) || (data33 === "blocked"))){
validate26.errors = [{instancePath:instancePath+"/status",schemaPath:"#/properties/status/enum",keyword:"enum",params:{allowedValues: schema38.properties.status.enum}}];
return false;
}
var valid5 = _errs74 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.error_type !== undefined){
let data34 = data.error_type;
const _errs76 = errors;
if(errors === _errs76){
if(typeof data34 === "string"){
if(!pattern12.test(data34)){
validate26.errors = [{instancePath:instancePath+"/error_type",schemaPath:"#/properties/error_type/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,128}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/error_type",schemaPath:"#/properties/error_type/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs76 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.finish_reason !== undefined){
let data35 = data.finish_reason;
const _errs78 = errors;
if(errors === _errs78){
if(typeof data35 === "string"){
if(!pattern10.test(data35)){
validate26.errors = [{instancePath:instancePath+"/finish_reason",schemaPath:"#/properties/finish_reason/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,64}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/finish_reason",schemaPath:"#/properties/finish_reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs78 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.model_served !== undefined){
let data36 = data.model_served;
const _errs80 = errors;
if(errors === _errs80){
if(typeof data36 === "string"){
if(!pattern6.test(data36)){
validate26.errors = [{instancePath:instancePath+"/model_served",schemaPath:"#/properties/model_served/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,256}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/model_served",schemaPath:"#/properties/model_served/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs80 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.system_fingerprint !== undefined){
let data37 = data.system_fingerprint;
const _errs82 = errors;
if(errors === _errs82){
if(typeof data37 === "string"){
if(!pattern12.test(data37)){
validate26.errors = [{instancePath:instancePath+"/system_fingerprint",schemaPath:"#/properties/system_fingerprint/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,128}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/system_fingerprint",schemaPath:"#/properties/system_fingerprint/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid5 = _errs82 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.usage !== undefined){
let data38 = data.usage;
const _errs84 = errors;
if(errors === _errs84){
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if(Object.keys(data38).length > 64){
validate26.errors = [{instancePath:instancePath+"/usage",schemaPath:"#/properties/usage/maxProperties",keyword:"maxProperties",params:{limit: 64}}];
return false;
}
else {
for(const key1 in data38){
let data39 = data38[key1];
const _errs87 = errors;
if(errors === _errs87){
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 0 || isNaN(data39)){
validate26.errors = [{instancePath:instancePath+"/usage/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/usage/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/usage/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/usage/additionalProperties/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid7 = _errs87 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/usage",schemaPath:"#/properties/usage/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs84 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.segment !== undefined){
let data40 = data.segment;
const _errs89 = errors;
if(errors === _errs89){
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
if(Object.keys(data40).length > 32){
validate26.errors = [{instancePath:instancePath+"/segment",schemaPath:"#/properties/segment/maxProperties",keyword:"maxProperties",params:{limit: 32}}];
return false;
}
else {
for(const key2 in data40){
const _errs91 = errors;
if(typeof key2 === "string"){
if(!pattern30.test(key2)){
const err6 = {instancePath:instancePath+"/segment",schemaPath:"#/properties/segment/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9_.-]{1,64}$"},propertyName:key2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
var valid8 = _errs91 === errors;
if(!valid8){
const err7 = {instancePath:instancePath+"/segment",schemaPath:"#/properties/segment/propertyNames",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
validate26.errors = vErrors;
return false;
break;
}
}
if(valid8){
for(const key3 in data40){
let data41 = data40[key3];
const _errs93 = errors;
if(((typeof data41 !== "string") && (!((typeof data41 == "number") && (isFinite(data41))))) && (typeof data41 !== "boolean")){
validate26.errors = [{instancePath:instancePath+"/segment/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/segment/additionalProperties/type",keyword:"type",params:{type: schema38.properties.segment.additionalProperties.type}}];
return false;
}
if(errors === _errs93){
if(typeof data41 === "string"){
if(!pattern24.test(data41)){
validate26.errors = [{instancePath:instancePath+"/segment/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/segment/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{0,1024}$"}}];
return false;
}
}
}
var valid9 = _errs93 === errors;
if(!valid9){
break;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/segment",schemaPath:"#/properties/segment/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs89 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.sample_rate !== undefined){
let data42 = data.sample_rate;
const _errs95 = errors;
if(errors === _errs95){
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1 || isNaN(data42)){
validate26.errors = [{instancePath:instancePath+"/sample_rate",schemaPath:"#/properties/sample_rate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1}}];
return false;
}
else {
if(data42 <= 0 || isNaN(data42)){
validate26.errors = [{instancePath:instancePath+"/sample_rate",schemaPath:"#/properties/sample_rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0}}];
return false;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/sample_rate",schemaPath:"#/properties/sample_rate/type",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid5 = _errs95 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.outcome !== undefined){
let data43 = data.outcome;
const _errs97 = errors;
if(errors === _errs97){
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
let missing5;
if(((data43.name === undefined) && (missing5 = "name")) || ((data43.value === undefined) && (missing5 = "value"))){
validate26.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/required",keyword:"required",params:{missingProperty: missing5}}];
return false;
}
else {
if(data43.name !== undefined){
let data44 = data43.name;
const _errs99 = errors;
if(errors === _errs99){
if(typeof data44 === "string"){
if(!pattern12.test(data44)){
validate26.errors = [{instancePath:instancePath+"/outcome/name",schemaPath:"#/properties/outcome/properties/name/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{1,128}$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/outcome/name",schemaPath:"#/properties/outcome/properties/name/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid10 = _errs99 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.value !== undefined){
let data45 = data43.value;
const _errs101 = errors;
if(((typeof data45 !== "string") && (!((typeof data45 == "number") && (isFinite(data45))))) && (typeof data45 !== "boolean")){
validate26.errors = [{instancePath:instancePath+"/outcome/value",schemaPath:"#/properties/outcome/properties/value/type",keyword:"type",params:{type: schema38.properties.outcome.properties.value.type}}];
return false;
}
if(errors === _errs101){
if(typeof data45 === "string"){
if(!pattern24.test(data45)){
validate26.errors = [{instancePath:instancePath+"/outcome/value",schemaPath:"#/properties/outcome/properties/value/pattern",keyword:"pattern",params:{pattern: "^[\\s\\S]{0,1024}$"}}];
return false;
}
}
}
var valid10 = _errs101 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data43.observed_ts !== undefined){
let data46 = data43.observed_ts;
const _errs103 = errors;
if(errors === _errs103){
if(typeof data46 === "string"){
if(!pattern5.test(data46)){
validate26.errors = [{instancePath:instancePath+"/outcome/observed_ts",schemaPath:"#/properties/outcome/properties/observed_ts/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/outcome/observed_ts",schemaPath:"#/properties/outcome/properties/observed_ts/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid10 = _errs103 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs97 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data.x !== undefined){
let data47 = data.x;
const _errs105 = errors;
if(!(data47 && typeof data47 == "object" && !Array.isArray(data47))){
validate26.errors = [{instancePath:instancePath+"/x",schemaPath:"#/properties/x/type",keyword:"type",params:{type: "object"}}];
return false;
}
var valid5 = _errs105 === errors;
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
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":{"v":true,"event":true,"ts":true,"request_id":true,"bundle":true,"pointer":true,"seq":true,"arm":true,"mode":true,"reason":true,"targeting_key":true,"service":true,"entity":true,"trace_id":true,"span_id":true,"parent_span_id":true,"session_id":true,"op":true,"input_hash":true,"input":true,"input_ref":true,"output_hash":true,"output":true,"output_ref":true,"features_ts":true,"label":true,"score":true,"scores":true,"action":true,"applied":true,"latency_ms":true,"ttft_ms":true,"status":true,"error_type":true,"finish_reason":true,"model_served":true,"system_fingerprint":true,"usage":true,"segment":true,"sample_rate":true,"outcome":true,"x":true},"dynamicProps":false,"dynamicItems":false};

export const validatePrediction: Validator<Prediction> = checkedPrediction
export const validatePredictionProfile: Validator<PredictionProfile> = checkedPredictionProfile
