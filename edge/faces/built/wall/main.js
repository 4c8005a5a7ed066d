var j=globalThis,F=j.ShadowRoot&&(j.ShadyCSS===void 0||j.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,K=Symbol(),fe=new WeakMap,B=class{constructor(e,t,s){if(this._$cssResult$=!0,s!==K)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(F&&e===void 0){let s=t!==void 0&&t.length===1;s&&(e=fe.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),s&&fe.set(t,e))}return e}toString(){return this.cssText}},ge=n=>new B(typeof n=="string"?n:n+"",void 0,K),$=(n,...e)=>{let t=n.length===1?n[0]:e.reduce((s,r,o)=>s+(i=>{if(i._$cssResult$===!0)return i.cssText;if(typeof i=="number")return i;throw Error("Value passed to 'css' function must be a 'css' function result: "+i+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(r)+n[o+1],n[0]);return new B(t,n,K)},$e=(n,e)=>{if(F)n.adoptedStyleSheets=e.map(t=>t instanceof CSSStyleSheet?t:t.styleSheet);else for(let t of e){let s=document.createElement("style"),r=j.litNonce;r!==void 0&&s.setAttribute("nonce",r),s.textContent=t.cssText,n.appendChild(s)}},J=F?n=>n:n=>n instanceof CSSStyleSheet?(e=>{let t="";for(let s of e.cssRules)t+=s.cssText;return ge(t)})(n):n;var{is:at,defineProperty:lt,getOwnPropertyDescriptor:ut,getOwnPropertyNames:dt,getOwnPropertySymbols:pt,getPrototypeOf:ct}=Object,G=globalThis,ye=G.trustedTypes,ht=ye?ye.emptyScript:"",mt=G.reactiveElementPolyfillSupport,I=(n,e)=>n,Y={toAttribute(n,e){switch(e){case Boolean:n=n?ht:null;break;case Object:case Array:n=n==null?n:JSON.stringify(n)}return n},fromAttribute(n,e){let t=n;switch(e){case Boolean:t=n!==null;break;case Number:t=n===null?null:Number(n);break;case Object:case Array:try{t=JSON.parse(n)}catch{t=null}}return t}},we=(n,e)=>!at(n,e),be={attribute:!0,type:String,converter:Y,reflect:!1,useDefault:!1,hasChanged:we};Symbol.metadata??=Symbol("metadata"),G.litPropertyMetadata??=new WeakMap;var y=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=be){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let s=Symbol(),r=this.getPropertyDescriptor(e,s,t);r!==void 0&&lt(this.prototype,e,r)}}static getPropertyDescriptor(e,t,s){let{get:r,set:o}=ut(this.prototype,e)??{get(){return this[t]},set(i){this[t]=i}};return{get:r,set(i){let u=r?.call(this);o?.call(this,i),this.requestUpdate(e,u,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??be}static _$Ei(){if(this.hasOwnProperty(I("elementProperties")))return;let e=ct(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(I("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(I("properties"))){let t=this.properties,s=[...dt(t),...pt(t)];for(let r of s)this.createProperty(r,t[r])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[s,r]of t)this.elementProperties.set(s,r)}this._$Eh=new Map;for(let[t,s]of this.elementProperties){let r=this._$Eu(t,s);r!==void 0&&this._$Eh.set(r,t)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let s=new Set(e.flat(1/0).reverse());for(let r of s)t.unshift(J(r))}else e!==void 0&&t.push(J(e));return t}static _$Eu(e,t){let s=t.attribute;return s===!1?void 0:typeof s=="string"?s:typeof e=="string"?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let s of t.keys())this.hasOwnProperty(s)&&(e.set(s,this[s]),delete this[s]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return $e(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,s){this._$AK(e,s)}_$ET(e,t){let s=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,s);if(r!==void 0&&s.reflect===!0){let o=(s.converter?.toAttribute!==void 0?s.converter:Y).toAttribute(t,s.type);this._$Em=e,o==null?this.removeAttribute(r):this.setAttribute(r,o),this._$Em=null}}_$AK(e,t){let s=this.constructor,r=s._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let o=s.getPropertyOptions(r),i=typeof o.converter=="function"?{fromAttribute:o.converter}:o.converter?.fromAttribute!==void 0?o.converter:Y;this._$Em=r;let u=i.fromAttribute(t,o.type);this[r]=u??this._$Ej?.get(r)??u,this._$Em=null}}requestUpdate(e,t,s,r=!1,o){if(e!==void 0){let i=this.constructor;if(r===!1&&(o=this[e]),s??=i.getPropertyOptions(e),!((s.hasChanged??we)(o,t)||s.useDefault&&s.reflect&&o===this._$Ej?.get(e)&&!this.hasAttribute(i._$Eu(e,s))))return;this.C(e,t,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(e,t,{useDefault:s,reflect:r,wrapped:o},i){s&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,i??t??this[e]),o!==!0||i!==void 0)||(this._$AL.has(e)||(this.hasUpdated||s||(t=void 0),this._$AL.set(e,t)),r===!0&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(t){Promise.reject(t)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[r,o]of this._$Ep)this[r]=o;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[r,o]of s){let{wrapped:i}=o,u=this[r];i!==!0||this._$AL.has(r)||u===void 0||this.C(r,void 0,o,u)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(t)):this._$EM()}catch(s){throw e=!1,this._$EM(),s}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(t=>t.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(t=>this._$ET(t,this[t])),this._$EM()}updated(e){}firstUpdated(e){}};y.elementStyles=[],y.shadowRootOptions={mode:"open"},y[I("elementProperties")]=new Map,y[I("finalized")]=new Map,mt?.({ReactiveElement:y}),(G.reactiveElementVersions??=[]).push("2.1.2");var re=globalThis,ve=n=>n,W=re.trustedTypes,_e=W?W.createPolicy("lit-html",{createHTML:n=>n}):void 0,ke="$lit$",_=`lit$${Math.random().toFixed(9).slice(2)}$`,Re="?"+_,ft=`<${Re}>`,k=document,U=()=>k.createComment(""),q=n=>n===null||typeof n!="object"&&typeof n!="function",oe=Array.isArray,gt=n=>oe(n)||typeof n?.[Symbol.iterator]=="function",X=`[ 	
\f\r]`,N=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Se=/-->/g,Ae=/>/g,P=RegExp(`>|${X}(?:([^\\s"'>=/]+)(${X}*=${X}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),xe=/'/g,Pe=/"/g,Te=/^(?:script|style|textarea|title)$/i,ie=n=>(e,...t)=>({_$litType$:n,strings:e,values:t}),d=ie(1),Ft=ie(2),Gt=ie(3),R=Symbol.for("lit-noChange"),p=Symbol.for("lit-nothing"),Ee=new WeakMap,E=k.createTreeWalker(k,129);function Me(n,e){if(!oe(n)||!n.hasOwnProperty("raw"))throw Error("invalid template strings array");return _e!==void 0?_e.createHTML(e):e}var $t=(n,e)=>{let t=n.length-1,s=[],r,o=e===2?"<svg>":e===3?"<math>":"",i=N;for(let u=0;u<t;u++){let l=n[u],c,m,h=-1,g=0;for(;g<l.length&&(i.lastIndex=g,m=i.exec(l),m!==null);)g=i.lastIndex,i===N?m[1]==="!--"?i=Se:m[1]!==void 0?i=Ae:m[2]!==void 0?(Te.test(m[2])&&(r=RegExp("</"+m[2],"g")),i=P):m[3]!==void 0&&(i=P):i===P?m[0]===">"?(i=r??N,h=-1):m[1]===void 0?h=-2:(h=i.lastIndex-m[2].length,c=m[1],i=m[3]===void 0?P:m[3]==='"'?Pe:xe):i===Pe||i===xe?i=P:i===Se||i===Ae?i=N:(i=P,r=void 0);let v=i===P&&n[u+1].startsWith("/>")?" ":"";o+=i===N?l+ft:h>=0?(s.push(c),l.slice(0,h)+ke+l.slice(h)+_+v):l+_+(h===-2?u:v)}return[Me(n,o+(n[t]||"<?>")+(e===2?"</svg>":e===3?"</math>":"")),s]},H=class n{constructor({strings:e,_$litType$:t},s){let r;this.parts=[];let o=0,i=0,u=e.length-1,l=this.parts,[c,m]=$t(e,t);if(this.el=n.createElement(c,s),E.currentNode=this.el.content,t===2||t===3){let h=this.el.content.firstChild;h.replaceWith(...h.childNodes)}for(;(r=E.nextNode())!==null&&l.length<u;){if(r.nodeType===1){if(r.hasAttributes())for(let h of r.getAttributeNames())if(h.endsWith(ke)){let g=m[i++],v=r.getAttribute(h).split(_),z=/([.?@])?(.*)/.exec(g);l.push({type:1,index:o,name:z[2],strings:v,ctor:z[1]==="."?ee:z[1]==="?"?te:z[1]==="@"?ne:O}),r.removeAttribute(h)}else h.startsWith(_)&&(l.push({type:6,index:o}),r.removeAttribute(h));if(Te.test(r.tagName)){let h=r.textContent.split(_),g=h.length-1;if(g>0){r.textContent=W?W.emptyScript:"";for(let v=0;v<g;v++)r.append(h[v],U()),E.nextNode(),l.push({type:2,index:++o});r.append(h[g],U())}}}else if(r.nodeType===8)if(r.data===Re)l.push({type:2,index:o});else{let h=-1;for(;(h=r.data.indexOf(_,h+1))!==-1;)l.push({type:7,index:o}),h+=_.length-1}o++}}static createElement(e,t){let s=k.createElement("template");return s.innerHTML=e,s}};function M(n,e,t=n,s){if(e===R)return e;let r=s!==void 0?t._$Co?.[s]:t._$Cl,o=q(e)?void 0:e._$litDirective$;return r?.constructor!==o&&(r?._$AO?.(!1),o===void 0?r=void 0:(r=new o(n),r._$AT(n,t,s)),s!==void 0?(t._$Co??=[])[s]=r:t._$Cl=r),r!==void 0&&(e=M(n,r._$AS(n,e.values),r,s)),e}var Z=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:s}=this._$AD,r=(e?.creationScope??k).importNode(t,!0);E.currentNode=r;let o=E.nextNode(),i=0,u=0,l=s[0];for(;l!==void 0;){if(i===l.index){let c;l.type===2?c=new L(o,o.nextSibling,this,e):l.type===1?c=new l.ctor(o,l.name,l.strings,this,e):l.type===6&&(c=new se(o,this,e)),this._$AV.push(c),l=s[++u]}i!==l?.index&&(o=E.nextNode(),i++)}return E.currentNode=k,r}p(e){let t=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(e,s,t),t+=s.strings.length-2):s._$AI(e[t])),t++}},L=class n{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,s,r){this.type=2,this._$AH=p,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=s,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=M(this,e,t),q(e)?e===p||e==null||e===""?(this._$AH!==p&&this._$AR(),this._$AH=p):e!==this._$AH&&e!==R&&this._(e):e._$litType$!==void 0?this.$(e):e.nodeType!==void 0?this.T(e):gt(e)?this.k(e):this._(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==p&&q(this._$AH)?this._$AA.nextSibling.data=e:this.T(k.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:s}=e,r=typeof s=="number"?this._$AC(e):(s.el===void 0&&(s.el=H.createElement(Me(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===r)this._$AH.p(t);else{let o=new Z(r,this),i=o.u(this.options);o.p(t),this.T(i),this._$AH=o}}_$AC(e){let t=Ee.get(e.strings);return t===void 0&&Ee.set(e.strings,t=new H(e)),t}k(e){oe(this._$AH)||(this._$AH=[],this._$AR());let t=this._$AH,s,r=0;for(let o of e)r===t.length?t.push(s=new n(this.O(U()),this.O(U()),this,this.options)):s=t[r],s._$AI(o),r++;r<t.length&&(this._$AR(s&&s._$AB.nextSibling,r),t.length=r)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let s=ve(e).nextSibling;ve(e).remove(),e=s}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},O=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,s,r,o){this.type=1,this._$AH=p,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=o,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=p}_$AI(e,t=this,s,r){let o=this.strings,i=!1;if(o===void 0)e=M(this,e,t,0),i=!q(e)||e!==this._$AH&&e!==R,i&&(this._$AH=e);else{let u=e,l,c;for(e=o[0],l=0;l<o.length-1;l++)c=M(this,u[s+l],t,l),c===R&&(c=this._$AH[l]),i||=!q(c)||c!==this._$AH[l],c===p?e=p:e!==p&&(e+=(c??"")+o[l+1]),this._$AH[l]=c}i&&!r&&this.j(e)}j(e){e===p?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??"")}},ee=class extends O{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===p?void 0:e}},te=class extends O{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==p)}},ne=class extends O{constructor(e,t,s,r,o){super(e,t,s,r,o),this.type=5}_$AI(e,t=this){if((e=M(this,e,t,0)??p)===R)return;let s=this._$AH,r=e===p&&s!==p||e.capture!==s.capture||e.once!==s.once||e.passive!==s.passive,o=e!==p&&(s===p||r);r&&this.element.removeEventListener(this.name,this,s),o&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},se=class{constructor(e,t,s){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(e){M(this,e)}};var yt=re.litHtmlPolyfillSupport;yt?.(H,L),(re.litHtmlVersions??=[]).push("3.3.3");var Oe=(n,e,t)=>{let s=t?.renderBefore??e,r=s._$litPart$;if(r===void 0){let o=t?.renderBefore??null;s._$litPart$=r=new L(e.insertBefore(U(),o),o,void 0,t??{})}return r._$AI(n),r};var ae=globalThis,S=class extends y{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Oe(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return R}};S._$litElement$=!0,S.finalized=!0,ae.litElementHydrateSupport?.({LitElement:S});var bt=ae.litElementPolyfillSupport;bt?.({LitElement:S});(ae.litElementVersions??=[]).push("4.2.2");var A=class extends Error{constructor(t,s,r,o=null){super(r);this.family=t;this.reason=s;this.retryAfterS=o;this.name="PopError"}};var D=n=>new A("unreachable","unreachable",n);var Ce={timeoutMs:1e4,maxWaitS:5,maxBodyBytes:1048576,firstByteMs:2e3,idleMs:4e4,maxFailures:8},wt=1,Q=class{constructor(e,t){this.bounds=t;let s=URL.canParse(e)?new URL(e):null;if(s===null||!["http:","https:"].includes(s.protocol))throw new TypeError("found no http:// or https:// address, expected a PoP's");this.base=s.origin+s.pathname.replace(/\/$/,"")}async send(e,t){let s=await this.request(e,t);if(s.status!==200&&s.status!==202)throw _t(s);return s}async request(e,t){let s=await this.once(e,t);if(s.status!==503)return s;let r=Be(s.headers)??wt;return r>this.bounds.maxWaitS?s:(await St(r*1e3),this.once(e,t))}async open(e,t,s){try{return await fetch(this.base+e,{...t,signal:s,redirect:"manual",credentials:"omit",cache:"no-store"})}catch{throw D(`${this.base} could not be reached`)}}async once(e,t){let s=AbortSignal.timeout(this.bounds.timeoutMs),r=await this.open(e,t,t.signal?AbortSignal.any([t.signal,s]):s);try{return await le(r,this.bounds.maxBodyBytes)}catch(o){throw o instanceof A?o:D(`${this.base} did not send all of its response`)}}};async function le(n,e){return{status:n.status,headers:n.headers,body:await vt(n,e)}}async function vt(n,e){let t=[],s=0;for await(let o of ue(n)){if(s+=o.length,s>e)throw D(`found more than ${e} bytes, expected a PoP's response`);t.push(o)}let r=new Uint8Array(s);return t.reduce((o,i)=>(r.set(i,o),o+i.length),0),r}async function*ue(n){let e=n.body?.getReader();if(e!==void 0)try{for(;;){let{done:t,value:s}=await e.read();if(t)return;yield s}}finally{e.cancel().catch(()=>{})}}function de({status:n,body:e}){let{reason:t,detail:s}=(n<400?null:pe(e))??{};return typeof t=="string"&&typeof s=="string"?{reason:t,detail:s}:null}function _t(n){let{status:e,headers:t}=n,s=de(n);if(s===null)return D(`found HTTP ${e} without a problem document, expected a PoP`);let{reason:r,detail:o}=s,i=e===429?"limited":e>=500?"unreachable":"refused";return new A(i,r,`${o} (${r})`,Be(t))}function pe(n){try{let e=JSON.parse(new TextDecoder("utf-8",{fatal:!0}).decode(n));return typeof e=="object"&&e!==null&&!Array.isArray(e)?{...e}:null}catch{return null}}function Be(n){let e=n.get("Retry-After")??"";return/^\d{1,9}$/.test(e)?Number(e):null}function St(n){return new Promise(e=>setTimeout(e,n))}var b=class extends Error{constructor(t,s,r){super(r);this.status=t;this.reason=s}get refusesToken(){return this.reason==="unauthorised"}},Ie=16*1048576,At=/^[\x21-\x7e]+$/,V=class{constructor(e){this.token=e;this.exchange=new Q(location.origin,{...Ce,timeoutMs:2e4,maxBodyBytes:Ie})}async get(e,t){return this.document(e,{headers:this.headers(),...t===void 0?{}:{signal:t}})}async post(e,t){let s={...this.headers(),"Content-Type":"application/json"};return this.document(e,{method:"POST",body:JSON.stringify(t),headers:s})}async*stream(e,t,s){let r={...this.headers(),Accept:"text/event-stream"};try{let o=await this.exchange.open(e,{headers:r},t);if(!o.ok)throw Ne(await le(o,Ie));s(),yield*ue(o)}catch(o){throw Ue(o,t)}}async document(e,t){try{let s=await this.exchange.request(e,t);if(s.status<200||s.status>299)throw Ne(s);let r=pe(s.body);if(r===null)throw new b(0,"","the answer is no document of the desk");return r}catch(s){throw Ue(s,t.signal)}}headers(){if(!At.test(this.token))throw new b(401,"unauthorised","no token has these signs");return{Authorization:`Bearer ${this.token}`}}};function Ne(n){let e=de(n);return e===null?new b(0,"",`the answer is ${n.status}, expected one of the desk`):new b(n.status,e.reason,e.detail)}function Ue(n,e){return e?.throwIfAborted(),n instanceof A?new b(0,"","the desk cannot be reached"):n}function qe(n="token"){return sessionStorage.getItem(`skerry-${n}`)}function He(n,e="token"){sessionStorage.setItem(`skerry-${e}`,n)}function Le(n="token"){sessionStorage.removeItem(`skerry-${n}`)}function w(n){let e=Math.abs(n);return e<60?`${Math.floor(e)} s`:e<3600?`${Math.floor(e/60)} min`:e<86400?`${Math.floor(e/3600)} h`:`${Math.floor(e/86400)} d`}var xt=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,Pt=/\r\n|\r|\u2028|\u2029/g;function Et(n){return n.replace(Pt,`
`).replace(xt,"□")}function f(n,e=300){let t=Et(n).replace(/\s+/g," ").trim();return t.length>e?`${t.slice(0,e).replace(/[\ud800-\udbff]$/,"")}…`:t}var a={title:"Skerry wall",token:"Token of a wall",tokenHint:"Made with: skerry desk token --wall NAME --tenant TENANT",signIn:"Show the wall",tokenRefused:n=>`The token is refused: ${n}.`,neverReached:"The desk does not answer.",unreachable:n=>`The desk does not answer. This is ${n} old.`,loading:"Asking the desk…",perMinute:"questions a minute",answered:"answered",offered:"offered a choice",handedOver:"handed over",chatter:"chatter",unknown:"–",percent:n=>`${Math.round(n*100)} %`,range:(n,e)=>n===e?n:`${n} to ${e}`,reporting:(n,e)=>n===e?`${e} PoPs report`:`${n} of ${e} PoPs report`,onePop:"1 PoP reports",noPops:"No PoP has a token of this desk.",silent:(n,e)=>`${n} silent for ${e}`,noRate:n=>`${n} has no rate yet`,notCounted:n=>`${n}: not counted here`,queue:"Queue",lane:"lane",open:"open",late:"late",wait:"longest wait / promised",waited:(n,e)=>`${n} / ${e}`,emptyQueue:"Nobody waits.",islands:"Islands",island:"island",threshold:"threshold",share:"can answer",revisions:"revision on PoPs",publisherOld:n=>`publisher silent for ${n}`,publisherNever:"the publisher has not answered yet",noPublisher:"no publisher is named",noIslands:"No island is published or asked.",revisionOn:(n,e)=>`${n} on ${e}`,allPops:n=>n===1?"1 PoP":`all ${n} PoPs`,separator:" · ",behind:"behind",rollout:n=>`for ${n} %`,none:"none",morePops:n=>`+${n}`,questions:"Open questions",noQuestions:"Nothing is open.",times:n=>`${n} ×`,incidents:"Incidents:",noIncidents:"none",counted:(n,e)=>`${n}: ${e}`,more:n=>`and ${n} more`};function ce(n,e){return Math.max(0,(Date.parse(n.at)-Date.parse(e))/1e3)}function ze(n){let e=n.pops.flatMap(r=>r.silent_since===null?[]:[{pop:r.pop,ageS:ce(n,r.silent_since)}]),t=r=>r.silent_since===null&&r.per_minute===null,s=n.pops.filter(t).map(r=>({pop:r.pop,ageS:null}));return[...e.sort((r,o)=>o.ageS-r.ageS),...s]}function x(n){return n.pops.filter(e=>e.silent_since===null&&e.figures!==null)}function je(n){let e=x(n).flatMap(r=>r.per_minute===null?[]:[r.per_minute]);if(e.length===0)return null;let t=r=>e.reduce((o,i)=>o+(i[r]??0),0);return{all:e.flatMap(r=>Object.values(r)).reduce((r,o)=>r+o,0),answered:t("answer"),offered:t("clarify"),handedOver:t("escalate"),chatter:t("ignore")}}function Fe(n){let e=new Map;for(let i of x(n).flatMap(u=>u.figures?.islands??[]))e.set(i.island,[...e.get(i.island)??[],i]);let t=new Map((n.fleet?.islands??[]).map(i=>[i.island,i])),r=[...new Set([...e.keys(),...t.keys()])].sort().map(i=>{let u=e.get(i)??[],l=t.get(i)??null;return{name:i.slice(i.indexOf("/")+1),threshold:De(u.map(c=>c.threshold)),share:De(u.map(c=>c.answerable_share)),wanted:l,groups:l===null?[]:kt(l)}}),o=i=>Number(i.groups.some(u=>u.isBehind));return r.sort((i,u)=>o(u)-o(i))}function Ge(n){if(x(n).length===0)return null;let e=new Map;for(let t of x(n).flatMap(s=>s.figures?.open_questions??[])){let s=`${t.island} ${t.exemplar}`,r=e.get(s);e.set(s,{island:t.island,exemplar:t.exemplar,count:t.count+(r?.count??0),perMinute:t.per_minute+(r?.perMinute??0)})}return[...e.values()].sort((t,s)=>s.perMinute-t.perMinute||s.count-t.count)}function We(n){if(x(n).length===0)return null;let e=x(n).flatMap(t=>t.figures?.incidents??[]);return[...new Set(e.map(t=>`${t.snippet} (${t.island.slice(t.island.indexOf("/")+1)})`))].sort()}function De(n){let e=n.filter(t=>t!==null);return e.length===0?null:{least:Math.min(...e),most:Math.max(...e)}}function kt(n){let e=new Map;for(let o of n.pops){let i=`${o.revision} ${o.state} ${o.rollout_percent}`,u=[...e.get(i)?.pops??[],o.pop],l=u.some(c=>n.lagging.includes(c));e.set(i,{revision:o.revision,state:o.state,rolloutPercent:o.rollout_percent,isBehind:l,pops:u})}let t=new Set(n.pops.map(o=>o.pop)),s=n.lagging.filter(o=>!t.has(o)),r=[...e.values()].sort((o,i)=>(i.revision??0)-(o.revision??0));return s.length>0&&r.push({revision:null,state:"never_loaded",rolloutPercent:null,isBehind:!0,pops:s}),r}var Rt=1e4,Tt=new Intl.NumberFormat("en",{notation:"compact",maximumFractionDigits:1});function T(n){return n>=Rt?Tt.format(n):n<10?String(Math.round(n*10)/10):String(Math.round(n))}function C(n){return n>0?d`<p class="quiet">${a.more(n)}</p>`:p}var Qe=$`
    section {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        padding: 0.75rem 1.5rem;
        min-inline-size: 0;
        overflow: hidden;
    }
    h2,
    th {
        margin: 0;
        font-size: var(--label);
        font-weight: 600;
        color: var(--quiet);
        text-align: start;
    }
    h2 {
        margin-block-end: 0.25rem;
    }
    th {
        font-weight: 400;
    }
    table {
        inline-size: 100%;
        border-collapse: collapse;
        table-layout: fixed;
    }
    td,
    th {
        padding: 0 0.75rem 0 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    td,
    p,
    li {
        font-size: var(--figure);
    }
    p,
    ul {
        margin: 0;
        padding: 0;
        list-style: none;
    }
    .quiet {
        color: var(--quiet);
    }
    .good {
        color: var(--good);
    }
    .soon {
        color: var(--soon);
    }
    .late {
        color: var(--late);
    }
`;var Ve=4,Ke=2;function Ye(n,e,t){let s=d`<table>
        <colgroup>
            <col class="wide" />
            <col class="middle" />
            <col class="middle" />
            <col class="widest" />
        </colgroup>
        <tr>
            <th scope="col">${a.island}</th>
            <th scope="col">${a.threshold}</th>
            <th scope="col">${a.share}</th>
            <th scope="col">${a.revisions}</th>
        </tr>
        ${n.slice(0,Ve).map(Ot)}
    </table>`;return d`<section aria-labelledby="islands">
        <h2 id="islands">${a.islands}${Mt(e,t)}</h2>
        ${n.length===0?d`<p class="quiet">${a.noIslands}</p>`:[s,C(n.length-Ve)]}
    </section>`}function Mt(n,e){return n===null?d` · ${a.noPublisher}`:e!==null?d` · <span class="figure late">${a.publisherOld(w(e))}</span>`:n.heard===null?d` · ${a.publisherNever}`:p}function Ot(n){let e=t=>a.percent(t);return d`<tr>
        <td dir="auto">${f(n.name,40)}</td>
        <td>${Je(n.threshold,t=>t.toFixed(2))}</td>
        <td>${Je(n.share,e)}</td>
        <td class=${n.groups.some(t=>t.isBehind)?"late":""}>${Ct(n)}</td>
    </tr>`}function Je(n,e){return n===null?a.unknown:a.range(e(n.least),e(n.most))}function Ct(n){return n.groups.length===0?a.unknown:[...n.groups].sort((t,s)=>Number(s.isBehind)-Number(t.isBehind)).map(t=>Bt(t,n.groups.length)).join(a.separator)}function Bt(n,e){let t=n.pops.slice(0,Ke).map(l=>f(l,20)),s=n.pops.length-Ke,r=n.isBehind?[...t,...s>0?[a.morePops(s)]:[]].join(" "):String(n.pops.length),o=e===1&&!n.isBehind?a.allPops(n.pops.length):r,u=[n.revision===null?a.none:String(n.revision)];return n.rolloutPercent!==null&&u.push(a.rollout(n.rolloutPercent)),n.state!=="fresh"&&u.push(n.state.replaceAll("_"," ")),n.isBehind&&u.push(a.behind),a.revisionOn(u.join(" "),o)}var Xe=4;function Ze(n){let e=[...n].sort((s,r)=>r.late-s.late||r.open-s.open),t=d`<table>
        <colgroup>
            <col class="wide" />
            <col class="narrow" />
            <col class="narrow" />
            <col class="wider" />
        </colgroup>
        <tr>
            <th scope="col">${a.lane}</th>
            <th scope="col">${a.open}</th>
            <th scope="col">${a.late}</th>
            <th scope="col">${a.wait}</th>
        </tr>
        ${e.slice(0,Xe).map(It)}
    </table>`;return d`<section aria-labelledby="queue">
        <h2 id="queue">${a.queue}</h2>
        ${n.length===0?d`<p class="good">${a.emptyQueue}</p>`:[t,C(n.length-Xe)]}
    </section>`}function It(n){let{promised_s:e,oldest_s:t}=n,s=e!==null&&t>e,r=e!==null&&t>e*.8,o=e===null?w(t):a.waited(w(t),w(e));return d`<tr>
        <td dir="auto">${f(n.lane,40)}</td>
        <td>${T(n.open)}</td>
        <td class=${n.late>0?"late":""}>${T(n.late)}</td>
        <td class=${s?"late":r?"soon":""}>${o}</td>
    </tr>`}var et=4,tt=$`
    .questions li {
        display: grid;
        grid-template-columns: 9rem 1fr;
        gap: 1rem;
    }
    .questions li > * {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    .roomy .questions li > :last-child {
        white-space: normal;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
    }
`;function nt(n){let e=n??[],t=n===null?a.unknown:a.noQuestions,s=d`<ul class="questions">
        ${e.slice(0,et).map(r=>d`<li>
                <span class="soon">${a.times(T(r.count))}</span><span dir="auto">${f(r.exemplar,120)}</span>
            </li>`)}
    </ul>`;return d`<section aria-labelledby="questions">
        <h2 id="questions">${a.questions}</h2>
        ${e.length===0?d`<p class="quiet">${t}</p>`:[s,C(e.length-et)]}
    </section>`}var st=$`
    .rates {
        display: grid;
        grid-template-columns: 1.4fr repeat(4, 1fr);
        gap: 1rem;
        margin: 0;
    }
    .rates > div {
        display: flex;
        flex-direction: column-reverse;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        padding: 0.5rem 1.5rem;
    }
    dt {
        font-size: var(--label);
        color: var(--quiet);
    }
    dd {
        margin: 0;
        font-size: 6rem;
        line-height: 1.1;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
    }
`;function rt(n){let e=r=>a.percent(n===null||n.all===0?0:r/n.all),t=r=>n===null||!n.all?a.unknown:e(r??0),s=(r,o)=>d`<div>
        <dt>${r}</dt>
        <dd>${o}</dd>
    </div>`;return d`<dl class="rates">
        ${s(a.perMinute,n===null?a.unknown:T(n.all))}
        ${s(a.answered,t(n?.answered))} ${s(a.offered,t(n?.offered))}
        ${s(a.handedOver,t(n?.handedOver))} ${s(a.chatter,t(n?.chatter))}
    </dl>`}var ot=2e3,Nt=20,it=2,he="wall-token",Ut=2,me=class extends S{constructor(){super(...arguments);this.board=null;this.isSignedIn=!1;this.problem="";this.unansweredS=0;this.answeredAt=0;this.timer=0;this.isAsking=!1;this.signIn=t=>{t.preventDefault();let s=this.renderRoot.querySelector("input")?.value.trim()??"";s!==""&&(He(s,he),this.problem="",this.open(s))}}static{this.properties={board:{state:!0},isSignedIn:{state:!0},problem:{state:!0},unansweredS:{state:!0}}}static{this.styles=[Qe,st,tt,$`
            :host {
                display: block;
            }
            main {
                box-sizing: border-box;
                min-block-size: 100vh;
                padding: 1rem 1.5rem 1.5rem;
                display: grid;
                grid-template-rows: auto auto auto 1fr;
                gap: 1rem;
            }
            main.sign-in {
                grid-template-rows: auto;
                place-content: center;
                font-size: var(--figure);
            }
            header {
                display: grid;
                grid-template-columns: auto auto auto 1fr;
                align-items: baseline;
                gap: 0 1.5rem;
                font-size: var(--figure);
            }
            header > * {
                overflow: hidden;
                text-overflow: ellipsis;
                white-space: nowrap;
            }
            header [role="status"] {
                grid-column: 1 / -1;
            }
            header [role="status"]:empty {
                display: none;
            }
            .label {
                font-size: var(--label);
                color: var(--quiet);
            }
            h1 {
                margin: 0;
                font-size: var(--label);
                color: var(--quiet);
            }
            .both {
                display: grid;
                grid-template-columns: 6fr 7fr;
                gap: 1rem;
            }
            .figure {
                font-size: var(--figure);
                font-weight: 400;
            }
            col.narrow {
                inline-size: 14%;
            }
            col.middle {
                inline-size: 16%;
            }
            col.wide {
                inline-size: 27%;
            }
            form {
                display: grid;
                gap: 1rem;
            }
            label,
            input,
            button {
                font: inherit;
            }
        `]}connectedCallback(){super.connectedCallback();let t=qe(he);t!==null&&this.open(t)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}open(t){let s=new V(t);this.isSignedIn=!0,this.answeredAt=performance.now(),window.clearInterval(this.timer),this.timer=window.setInterval(()=>{this.read(s)},ot),this.read(s)}async read(t){if(this.unansweredS=(performance.now()-this.answeredAt)/1e3,!this.isAsking){this.isAsking=!0;try{this.board=await t.get("/v1/board"),this.answeredAt=performance.now(),this.unansweredS=0}catch(s){s instanceof b&&s.refusesToken&&this.refused(s)}finally{this.isAsking=!1}}}refused(t){Le(he),window.clearInterval(this.timer),this.isSignedIn=!1,this.board=null,this.problem=a.tokenRefused(f(t.message))}render(){return this.isSignedIn?this.board===null?d`<main class="sign-in">
                <h1>${a.title}</h1>
                <p role="status">${this.unansweredS>3?a.neverReached:a.loading}</p>
            </main>`:this.wall(this.board):this.signInForm()}wall(t){let s=this.unansweredS>Nt,r=t.fleet?.silent_since??null,o=Fe(t);return d`<main class=${o.length>Ut?"":"roomy"}>
            <header>
                <h1>${a.title}</h1>
                <span>${Ht(t)}</span>
                ${qt(We(t))}
                <span role="status" class="late">${this.missing(t)}</span>
            </header>
            ${rt(s?null:je(t))}
            ${Ye(o,t.fleet,r===null?null:ce(t,r))}
            <div class="both">${Ze(t.lanes)} ${nt(Ge(t))}</div>
        </main>`}missing(t){if(this.unansweredS>2*(ot/1e3))return a.unreachable(w(this.unansweredS));let s=ze(t);if(s.length===0)return p;let r=s.slice(0,it).map(({pop:i,ageS:u})=>{let l=f(i,40);return u===null?a.noRate(l):a.silent(l,w(u))}),o=s.length-it;return a.notCounted([...r,...o>0?[a.more(o)]:[]].join(a.separator))}signInForm(){return d`<main class="sign-in">
            <h1>${a.title}</h1>
            <div role="alert">${this.problem===""?p:d`<p class="late">${this.problem}</p>`}</div>
            <form @submit=${this.signIn}>
                <label for="token">${a.token}</label>
                <input id="token" type="password" required autocomplete="off" spellcheck="false" aria-describedby="hint" />
                <button>${a.signIn}</button>
                <p class="quiet" id="hint">${a.tokenHint}</p>
            </form>
        </main>`}};function qt(n){let e=d`<span class="label">${a.incidents}</span>`;if(n===null)return d`${e}<span>${a.unknown}</span>`;if(n.length===0)return d`${e}<span class="good">${a.noIncidents}</span>`;let t=n.map(s=>f(s,60)).join(a.separator);return d`${e}<span class="late">${n.length>1?a.counted(n.length,t):t}</span>`}function Ht(n){let[e,t]=[x(n).length,n.pops.length];return t===0?a.noPops:t===1&&e===1?a.onePop:a.reporting(e,t)}customElements.define("skerry-wall",me);
